namespace Graft.Classification;

/// <summary>A class and how likely it is.</summary>
/// <param name="Label">The name of the class.</param>
/// <param name="Probability">From 0 to 1.</param>
public sealed record ClassProbability(string Label, float Probability);
