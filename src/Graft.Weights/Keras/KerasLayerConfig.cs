using System.Text.Json;

namespace Graft.Weights.Keras;

/// <summary>One layer of a TensorFlow.js layers model, as the file describes it.</summary>
/// <param name="ClassName">The Keras class, for example <c>Conv2D</c>.</param>
/// <param name="Name">The layer's name, which its weights' names begin with.</param>
/// <param name="Config">The layer's options in Keras's terms.</param>
/// <param name="InboundNodes">One list of inputs for each time the layer is called; empty for an input.</param>
public sealed record KerasLayerConfig(
    string ClassName,
    string Name,
    JsonElement Config,
    IReadOnlyList<IReadOnlyList<KerasInboundNode>> InboundNodes
);

/// <summary>Where an input of a layer, or an output of the model, comes from.</summary>
/// <param name="Layer">The name of the layer that makes it.</param>
/// <param name="Call">Which call of that layer, from 0.</param>
/// <param name="Output">Which output of that call, from 0.</param>
public sealed record KerasInboundNode(string Layer, int Call, int Output);
