namespace Graft.Training.Measurement;

/// <summary>A misclassified image.</summary>
/// <param name="Path">The image, as in <c>predictions.csv</c>.</param>
/// <param name="Truth">The true class.</param>
/// <param name="Called">The predicted class.</param>
/// <param name="Probability">The probability of the predicted class, 0 to 1.</param>
/// <param name="Loss">The cross-entropy in nats.</param>
public sealed record ClassificationError(string Path, string Truth, string Called, double Probability, double Loss);

/// <summary>The number of images of one class for which another class was predicted.</summary>
/// <param name="Truth">The true class.</param>
/// <param name="Called">The predicted class.</param>
/// <param name="Images">The number of images.</param>
/// <param name="Share">Their share of the class, 0 to 1.</param>
public sealed record ConfusedPair(string Truth, string Called, int Images, double Share);
