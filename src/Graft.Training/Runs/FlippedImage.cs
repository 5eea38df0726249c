namespace Graft.Training.Runs;

/// <summary>The kind of change between the predictions of two classifiers for an image.</summary>
public enum FlipKind
{
    /// <summary>Only the first classifier is right.</summary>
    Broken,

    /// <summary>Only the second classifier is right.</summary>
    Mended,

    /// <summary>Both classifiers are wrong.</summary>
    Other,
}

/// <summary>An image for which two classifiers predict different classes.</summary>
/// <param name="Path">The path relative to the data folder.</param>
/// <param name="Truth">The true class.</param>
/// <param name="First">The first classifier's prediction.</param>
/// <param name="FirstProbability">The probability of that prediction.</param>
/// <param name="Second">The second classifier's prediction.</param>
/// <param name="SecondProbability">The probability of that prediction.</param>
/// <param name="Kind">The kind of change.</param>
public sealed record FlippedImage(
    string Path,
    string Truth,
    string First,
    float FirstProbability,
    string Second,
    float SecondProbability,
    FlipKind Kind
);
