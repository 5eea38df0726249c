namespace Graft.Layers;

/// <summary>A named layer in a network's graph.</summary>
/// <param name="Name">Unique in the network; parameters are named <c>node.parameter</c>.</param>
/// <param name="Layer">The operation.</param>
/// <param name="Inputs">
/// Names of the nodes whose outputs it reads, in the layer's order; <c>Network.InputName</c> is the network's input.
/// </param>
public sealed record NetworkNode(string Name, Layer Layer, IReadOnlyList<string> Inputs);
