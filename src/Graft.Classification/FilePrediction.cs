using Graft.Imaging;

namespace Graft.Classification;

/// <summary>A prediction for an image file, or an error; exactly one of the two is set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Prediction">The prediction.</param>
/// <param name="Error">The reason why the image could not be read.</param>
public sealed record FilePrediction(string Path, Prediction? Prediction, ImageException? Error);
