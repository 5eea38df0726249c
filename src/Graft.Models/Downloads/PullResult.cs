namespace Graft.Models.Downloads;

/// <summary>What a pull did.</summary>
/// <param name="Name">The weights' name, which commands take from now on.</param>
/// <param name="Changed">False when the weights were already present.</param>
public sealed record PullResult(string Name, bool Changed);
