namespace Graft.Classification;

/// <summary>A class and its probability.</summary>
/// <param name="Label">The name of the class.</param>
/// <param name="Probability">The probability, from 0 to 1.</param>
public sealed record ClassProbability(string Label, float Probability);
