namespace Graft.Models;

/// <summary>
/// A part of a network that is frozen or trained as a whole. It extends from its first node to the node before the next
/// stage's first node, in the order in which the nodes run.
/// </summary>
/// <param name="Name">The name in command-line options, for example <c>layer4</c>.</param>
/// <param name="FirstNode">The first node, for example <c>layer4.0.conv1</c>.</param>
public sealed record NetworkStage(string Name, string FirstNode);
