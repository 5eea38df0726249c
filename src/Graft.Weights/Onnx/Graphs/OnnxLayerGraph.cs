using Graft.Layers;
using Graft.Tensors;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// The part of an ONNX graph that stands for one node of a network. A layer's entry in
/// <c>OnnxExportOptions.Layers</c> writes it: constants, ONNX nodes, and at last the output. Images have their
/// channels first here, as ONNX's operators expect; tokens and rows are unchanged.
/// </summary>
public sealed class OnnxLayerGraph
{
    private readonly OnnxGraphBuilder _graph;

    internal OnnxLayerGraph(OnnxGraphBuilder graph, NetworkNode node) => (_graph, Node) = (graph, node);

    /// <summary>The node to write.</summary>
    public NetworkNode Node { get; }

    internal bool IsDefined { get; private set; }

    /// <summary>The name of an input: <c>[batch, channels, height, width]</c> for an image.</summary>
    /// <param name="index">Which input, from 0.</param>
    public string Input(int index = 0) => _graph.Input(Node, index);

    /// <summary>The shape of an input in the network, without the batch, channels last.</summary>
    /// <param name="index">Which input, from 0.</param>
    public Shape InputShape(int index = 0) => _graph.ShapeOf(Node.Inputs[index]);

    /// <summary>Adds a constant.</summary>
    /// <param name="name">The name after the node's, unique in the node, for example <c>weight</c>.</param>
    /// <param name="dimensions">Its dimensions.</param>
    /// <param name="values">Its values in row-major order; copied.</param>
    /// <returns>The constant's name in the graph.</returns>
    /// <exception cref="ArgumentException">The name is taken, or the file would be too large.</exception>
    public string Constant(string name, ReadOnlySpan<int> dimensions, params ReadOnlySpan<float> values) =>
        _graph.Floats($"{Node.Name}.{name}", dimensions, values);

    /// <summary>Adds a constant list of integers.</summary>
    /// <param name="name">The name after the node's, unique in the node.</param>
    /// <param name="values">Its values; copied.</param>
    /// <returns>The constant's name in the graph.</returns>
    /// <exception cref="ArgumentException">The name is taken, or the file would be too large.</exception>
    public string Integers(string name, params ReadOnlySpan<int> values) =>
        _graph.Integers($"{Node.Name}.{name}", values);

    /// <summary>Adds an ONNX node of operator set 13.</summary>
    /// <param name="operatorType">The operator, for example <c>Mul</c>.</param>
    /// <param name="name">The name after the node's, unique in the node; empty for the node's own.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its first output.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public string Emit(
        string operatorType,
        string name,
        IEnumerable<string> inputs,
        params ReadOnlySpan<OnnxOperatorOption> attributes
    ) => _graph.Emit(operatorType, name.Length == 0 ? Node.Name : $"{Node.Name}/{name}", inputs, attributes);

    /// <summary>Says which value is the node's output.</summary>
    /// <param name="value">The name; an image has its channels first.</param>
    public void Define(string value)
    {
        _graph.Define(Node, value);
        IsDefined = true;
    }
}
