namespace Graft.Training.Classification;

/// <summary>What a classifier says of one picture. Immutable.</summary>
public sealed class Prediction
{
    /// <summary>Makes a prediction.</summary>
    /// <param name="classNames">The classes.</param>
    /// <param name="probabilities">The probability of each; copied.</param>
    internal Prediction(IReadOnlyList<string> classNames, ReadOnlySpan<float> probabilities)
    {
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

    /// <summary>The probability of each class, in the order of <see cref="Classifier.ClassNames"/>; they sum to 1.</summary>
    public IReadOnlyList<float> Probabilities { get; }

    /// <summary>The likeliest class and its probability, for example <c>alien 98.2 %</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Label} {100 * Probability:F1} %");
}
