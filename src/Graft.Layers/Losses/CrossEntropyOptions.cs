namespace Graft.Layers.Losses;

/// <summary>The options of a cross-entropy loss.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>
    /// The share of every target that is distributed evenly over all classes, 0 to below 1. It reduces overconfidence.
    /// Szegedy et al., "Rethinking the Inception Architecture" (2016), section 7.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// The weight of each class, 0 or more, one for each class; equal weights when null.
    /// <see cref="Losses.ClassWeights.Balanced"/> gives rare classes larger weights.
    /// </summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">
    /// A value is out of range, or the number of weights differs from the number of classes.
    /// </exception>
    internal void Require(int classes)
    {
        if (!(LabelSmoothing is >= 0 and < 1))
            throw new ArgumentException(
                $"Cross-entropy: the label smoothing must be at least 0 and below 1, not {LabelSmoothing}."
            );
        if (ClassWeights is null)
            return;
        if (ClassWeights.Count != classes)
            throw new ArgumentException(
                $"Cross-entropy: {ClassWeights.Count} class weights were given for {classes} classes; there must be "
                    + $"one for each."
            );
        if (
            ClassWeights.Any(weight => !(weight >= 0 && double.IsFinite(weight)))
            || ClassWeights.All(weight => weight == 0)
        )
            throw new ArgumentException(
                $"Cross-entropy: the class weights must be finite numbers of 0 or more, one of them above 0; they "
                    + $"are {string.Join(", ", ClassWeights)}."
            );
    }
}
