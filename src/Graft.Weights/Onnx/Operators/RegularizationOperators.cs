using Graft.Layers;
using Graft.Layers.Regularization;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="Dropout"/> and <see cref="StochasticDepth"/> to <c>Dropout</c>, which has no effect at inference.
/// </summary>
internal static class RegularizationOperators
{
    private const string DepthEnding = "/stochastic_depth";

    public static void WriteDropout(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(
            node,
            graph.Emit(
                "Dropout",
                node.Name,
                [graph.Input(node), graph.Floats($"{node.Name}.ratio", [], ((Dropout)node.Layer).Rate)]
            )
        );

    // ONNX has no operator that drops whole branches. A suffix to the node's name identifies the layer on reading.
    public static void WriteStochasticDepth(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(
            node,
            graph.Emit(
                "Dropout",
                node.Name + DepthEnding,
                [graph.Input(node), graph.Floats($"{node.Name}.ratio", [], ((StochasticDepth)node.Layer).Rate)]
            )
        );

    public static void ReadDropout(OnnxNodeReader node)
    {
        node.RequireInputs(1, 3);
        var input = node.Elements(0);
        var rate = node.FloatOrNull("ratio") ?? (node.HasInput(1) ? node.Scalar(1) : 0.5f);
        node.Ignore("seed");
        node.Ignore("is_test");
        if (node.HasInput(2) && node.FindConstant(2)?.ToIntegers() is not [0])
            throw node.Error("a dropout that is inactive at inference", "one that is always active");
        if (node.Name.EndsWith(DepthEnding, StringComparison.Ordinal) && node.Name.Length > DepthEnding.Length)
            node.Define(node.Name[..^DepthEnding.Length], () => new StochasticDepth(rate), input.Layout, input);
        else
            node.Define(() => new Dropout(rate), input.Layout, input);
    }
}
