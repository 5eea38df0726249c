using System.Text.Json;

namespace Graft.Weights.Keras;

/// <summary>One layer of a Keras or TensorFlow.js model, as the file describes it.</summary>
/// <param name="ClassName">The layer's Keras class, for example <c>Conv2D</c>.</param>
/// <param name="Name">The layer's name; the names of its weights begin with it.</param>
/// <param name="Config">The layer's options, with Keras's names.</param>
/// <param name="InboundNodes">One list of inputs for each call of the layer; empty for an input layer.</param>
public sealed record KerasLayerConfig(
    string ClassName,
    string Name,
    JsonElement Config,
    IReadOnlyList<IReadOnlyList<KerasInboundNode>> InboundNodes
);

/// <summary>The source of a layer's input, or of an input or output of the model.</summary>
/// <param name="Layer">The name of the layer that computes the value.</param>
/// <param name="Call">The index of the call of that layer, from 0.</param>
/// <param name="Output">The index of the output of that call, from 0.</param>
public sealed record KerasInboundNode(string Layer, int Call, int Output);
