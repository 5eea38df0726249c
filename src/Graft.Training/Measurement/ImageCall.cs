using Graft.Data;

namespace Graft.Training.Measurement;

/// <summary>The predicted class of a labelled image.</summary>
/// <param name="Path">The path relative to the data folder.</param>
/// <param name="Truth">The true class.</param>
/// <param name="Called">The predicted class.</param>
/// <param name="Probability">The probability of the predicted class.</param>
internal sealed record ImageCall(string Path, string Truth, string Called, float Probability)
{
    /// <summary>Whether the prediction is correct.</summary>
    public bool IsRight => Called == Truth;
}

/// <summary>The predicted classes of the images of a folder.</summary>
/// <param name="Images">The predictions for the good images.</param>
/// <param name="BadImages">The bad images.</param>
/// <param name="Split">The split that was used; null if the folder has no splits.</param>
internal sealed record ImageCalls(IReadOnlyList<ImageCall> Images, IReadOnlyList<BadImage> BadImages, string? Split);
