namespace Graft.Models;

/// <summary>
/// A part of a network that is frozen or trained as a whole: from its first node to the one before the next stage's
/// first, in the order in which nodes run.
/// </summary>
/// <param name="Name">What options call it, for example <c>layer4</c>.</param>
/// <param name="FirstNode">Its first node, for example <c>layer4.0.conv1</c>.</param>
public sealed record NetworkStage(string Name, string FirstNode);
