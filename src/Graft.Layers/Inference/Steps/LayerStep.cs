using Graft.Tensors;

namespace Graft.Layers.Inference.Steps;

/// <summary>Runs a layer without parameters unchanged, in evaluation mode. Does not own the layer.</summary>
internal sealed class LayerStep(string description, Layer layer, IReadOnlyList<int> inputs, int output)
    : PlanStep(description, inputs, output)
{
    /// <summary>The layer.</summary>
    public Layer Layer => layer;

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var pass = new LayerPass([.. Inputs.Select(input => values[input]!)], values[Output]!, workers);
        layer.Forward(pass);
    }
}
