namespace Graft.Classification;

/// <summary>A training image that is similar to a classified image.</summary>
/// <param name="Path">The training image's path, relative to the training data.</param>
/// <param name="Label">Its class.</param>
/// <param name="Distance">
/// The Euclidean distance between the two images' features, normalised to unit length; 0 to 2.
/// </param>
public sealed record Neighbour(string Path, string Label, double Distance);
