using Graft.Data;

namespace Graft.Training.Measurement;

/// <summary>What a classifier calls an image whose class is known.</summary>
/// <param name="Path">The image's path from the data's folder.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Called">The likeliest class.</param>
/// <param name="Probability">Its probability.</param>
internal sealed record ImageCall(string Path, string Truth, string Called, float Probability)
{
    /// <summary>Whether it is the class.</summary>
    public bool IsRight => Called == Truth;
}

/// <summary>What a classifier calls the images of a folder.</summary>
/// <param name="Images">Those that can be read.</param>
/// <param name="BadImages">The others.</param>
/// <param name="Split">Which split of the folder; null where it has none.</param>
internal sealed record ImageCalls(IReadOnlyList<ImageCall> Images, IReadOnlyList<BadImage> BadImages, string? Split);
