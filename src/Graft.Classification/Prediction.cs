using Graft.Classification.Confidence;

namespace Graft.Classification;

/// <summary>What a classifier says of one picture. Immutable.</summary>
public sealed class Prediction
{
    /// <summary>
    /// The share of pictures like the training pictures that is called unknown, unless another one is asked for.
    /// </summary>
    public const double StandardUnknownRate = 0.05;

    /// <summary>
    /// The share of pictures whose class is in their prediction set, unless another one is asked for.
    /// </summary>
    public const double StandardCoverage = 0.9;

    private readonly IReadOnlyList<string> _classNames;
    private readonly ScoreQuantiles? _sets;

    /// <summary>Makes a prediction.</summary>
    /// <param name="classNames">The classes.</param>
    /// <param name="probabilities">The probability of each; copied.</param>
    /// <param name="confidence">What the model knows of its limits; null where nothing.</param>
    /// <param name="sketch">The picture's features; null where the model does not give them.</param>
    internal Prediction(
        IReadOnlyList<string> classNames,
        ReadOnlySpan<float> probabilities,
        ModelConfidence? confidence = null,
        sbyte[]? sketch = null
    )
    {
        _classNames = classNames;
        _sets = confidence?.Sets;
        Projection = sketch;
        Familiarity = sketch is null ? null : confidence?.Unknown?.Familiarity(sketch);
        Probabilities = probabilities.ToArray();
        var ranked = new ClassProbability[classNames.Count];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = new(classNames[i], probabilities[i]);
        // A stable sort: of equally likely classes the first in the model's order comes first.
        Ranked = [.. ranked.OrderByDescending(item => item.Probability)];
    }

    /// <summary>The likeliest class.</summary>
    public string Label => Ranked[0].Label;

    /// <summary>The likeliest class's probability, from 0 to 1.</summary>
    public float Probability => Ranked[0].Probability;

    /// <summary>All classes, the likeliest first.</summary>
    public IReadOnlyList<ClassProbability> Ranked { get; }

    /// <summary>
    /// The probability of each class, in the order of <see cref="Classifier.ClassNames"/>; they sum to 1.
    /// </summary>
    public IReadOnlyList<float> Probabilities { get; }

    /// <summary>
    /// How like the training pictures it is: the share of pictures of the classes that are at least as unlike them,
    /// above 0 to 1. Of such pictures at most 5 % have a familiarity of 0.05 or less; pictures of other things have
    /// hardly more. Null of a model that cannot tell.
    /// </summary>
    public double? Familiarity { get; }

    /// <summary>The picture's features; null where the model does not give them.</summary>
    internal sbyte[]? Projection { get; }

    /// <summary>Whether it is a picture of something else than the classes; null of a model that cannot tell.</summary>
    /// <param name="rate">The share of pictures of the classes that may be called unknown, 0 to 1.</param>
    public bool? IsUnknown(double rate = StandardUnknownRate) =>
        Familiarity is { } familiarity ? familiarity <= rate : null;

    /// <summary>
    /// The classes that it may be, the likeliest first, never none: for the given share of pictures, or more, the right
    /// one is among them. Null of a model that cannot tell.
    /// </summary>
    /// <param name="coverage">The share, from 0 to 1. The higher, the larger the sets.</param>
    public IReadOnlyList<string>? SetOf(double coverage = StandardCoverage) =>
        _sets is null ? null : [.. PredictionSet.Compute(_sets, Probabilities, coverage).Select(c => _classNames[c])];

    /// <summary>The likeliest class and its probability, for example <c>alien 98.2 %</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Label} {100 * Probability:F1} %");
}
