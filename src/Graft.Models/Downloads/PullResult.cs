namespace Graft.Models.Downloads;

/// <summary>What a pull did.</summary>
/// <param name="Name">The name of the weights, which commands accept.</param>
/// <param name="Changed">False if the weights were already present.</param>
public sealed record PullResult(string Name, bool Changed);
