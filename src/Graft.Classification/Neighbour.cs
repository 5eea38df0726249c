namespace Graft.Classification;

/// <summary>A training photo that is like a picture.</summary>
/// <param name="Path">The photo, relative to the training data.</param>
/// <param name="Label">Its class.</param>
/// <param name="Distance">How far it is: that of the two pictures' features brought to length one, from 0 to 2.</param>
public sealed record Neighbour(string Path, string Label, double Distance);
