using Graft.Classification.Confidence;

namespace Graft.Classification;

/// <summary>A classifier's prediction for one image. Immutable.</summary>
public sealed class Prediction
{
    /// <summary>The default share of images of the known classes that may be called unknown.</summary>
    public const double StandardUnknownRate = 0.05;

    /// <summary>The default share of images whose class is in their prediction set.</summary>
    public const double StandardCoverage = 0.9;

    private readonly IReadOnlyList<string> _classNames;
    private readonly ScoreQuantiles? _sets;

    /// <summary>Creates a prediction.</summary>
    /// <param name="classNames">The classes.</param>
    /// <param name="probabilities">The probability of each; copied.</param>
    /// <param name="confidence">The model's confidence calibration; null if it has none.</param>
    /// <param name="projection">The image's projected features; null if unavailable.</param>
    internal Prediction(
        IReadOnlyList<string> classNames,
        ReadOnlySpan<float> probabilities,
        ModelConfidence? confidence = null,
        sbyte[]? projection = null
    )
    {
        _classNames = classNames;
        _sets = confidence?.Sets;
        Projection = projection;
        Familiarity = projection is null ? null : confidence?.Unknown?.Familiarity(projection);
        Probabilities = probabilities.ToArray();
        var ranked = new ClassProbability[classNames.Count];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = new(classNames[i], probabilities[i]);
        // The sort is stable: equally likely classes stay in the model's order.
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
    /// How similar the image is to the training images, above 0 and at most 1: the share of images of the known classes
    /// that are at least as far from the training images. At most 5 % of such images have a familiarity of 0.05 or
    /// less; images of other things rarely have more. Null if the model has no unknown detector.
    /// </summary>
    public double? Familiarity { get; }

    /// <summary>The image's projected features; null if unavailable.</summary>
    internal sbyte[]? Projection { get; }

    /// <summary>Whether the image shows none of the known classes; null if the model has no unknown detector.</summary>
    /// <param name="rate">The share of images of the known classes that may be called unknown, 0 to 1.</param>
    public bool? IsUnknown(double rate = StandardUnknownRate) =>
        Familiarity is { } familiarity ? familiarity <= rate : null;

    /// <summary>
    /// The prediction set: the possible classes, likeliest first, never empty. It contains the true class for at least
    /// the given share of images. Null if the model has no prediction sets.
    /// </summary>
    /// <param name="coverage">The share, from 0 to 1. The higher, the larger the sets.</param>
    public IReadOnlyList<string>? SetOf(double coverage = StandardCoverage) =>
        _sets is null ? null : [.. PredictionSet.Compute(_sets, Probabilities, coverage).Select(c => _classNames[c])];

    /// <summary>The likeliest class and its probability, for example <c>alien 98.2 %</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Label} {100 * Probability:F1} %");
}
