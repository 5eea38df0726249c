using Graft.Imaging;

namespace Graft.Classification;

/// <summary>What a classifier says of a picture in a file, or why it cannot: one of the two is set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Prediction">What it says.</param>
/// <param name="Error">Why it cannot.</param>
public sealed record FilePrediction(string Path, Prediction? Prediction, ImageException? Error);
