namespace Graft.Training.Runs;

/// <summary>What became of an image that two classifiers call differently.</summary>
public enum FlipKind
{
    /// <summary>Only the first gets it right.</summary>
    Broken,

    /// <summary>Only the second gets it right.</summary>
    Mended,

    /// <summary>Both get it wrong.</summary>
    Other,
}

/// <summary>An image that two classifiers call differently.</summary>
/// <param name="Path">Its path from the data's folder.</param>
/// <param name="Truth">Its class.</param>
/// <param name="First">What the first calls it.</param>
/// <param name="FirstProbability">How probable the first takes that to be.</param>
/// <param name="Second">What the second calls it.</param>
/// <param name="SecondProbability">How probable the second takes that to be.</param>
/// <param name="Kind">What became of it.</param>
public sealed record FlippedImage(
    string Path,
    string Truth,
    string First,
    float FirstProbability,
    string Second,
    float SecondProbability,
    FlipKind Kind
);
