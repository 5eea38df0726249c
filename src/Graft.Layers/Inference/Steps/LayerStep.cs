using Graft.Tensors;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// Runs a layer unchanged, in evaluation mode. Keeps the layer's parameters, which it shares with the network, even if
/// the network is disposed.
/// </summary>
internal sealed class LayerStep : PlanStep
{
    private readonly Layer _layer;
    private int _isDisposed;

    public LayerStep(string description, Layer layer, IReadOnlyList<int> inputs, int output)
        : base(description, inputs, output)
    {
        _layer = layer;
        layer.Retain();
    }

    /// <summary>The layer.</summary>
    public Layer Layer => _layer;

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var pass = new LayerPass([.. Inputs.Select(input => values[input]!)], values[Output]!, workers);
        _layer.Forward(pass);
    }

    public override void Dispose()
    {
        base.Dispose();
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _layer.Release();
    }
}
