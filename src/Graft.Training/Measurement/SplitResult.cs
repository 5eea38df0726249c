namespace Graft.Training.Measurement;

/// <summary>The results of a head on one split.</summary>
/// <param name="Split">The split's name.</param>
/// <param name="Metrics">The metrics; null if there are no images or the split is not measured.</param>
/// <param name="Predictions">The prediction for each image.</param>
internal sealed record SplitResult(string Split, SplitMetrics? Metrics, IReadOnlyList<ImagePrediction> Predictions);
