namespace Graft.Training.Measurement;

/// <summary>An image that was called what it is not.</summary>
/// <param name="Path">The image, as in <c>predictions.csv</c>.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Called">The class that it was called.</param>
/// <param name="Probability">How sure the classifier was of that, 0 to 1.</param>
/// <param name="Loss">The cross-entropy in nats.</param>
public sealed record ClassificationError(string Path, string Truth, string Called, double Probability, double Loss);

/// <summary>How often images of one class were called another.</summary>
/// <param name="Truth">The class.</param>
/// <param name="Called">The other.</param>
/// <param name="Images">How many images.</param>
/// <param name="Share">Their share of the class, 0 to 1.</param>
public sealed record ConfusedPair(string Truth, string Called, int Images, double Share);
