using Graft.Tensors;

namespace Graft.Layers;

/// <summary>
/// What a layer gets and leaves behind when it runs once, forward and then perhaps backward. Made by
/// <see cref="Networks.Network"/>; the layer owns none of the tensors but <see cref="Saved"/>.
/// </summary>
/// <param name="inputs">The inputs, in the layer's order.</param>
/// <param name="output">Where the output goes.</param>
/// <param name="workers">The threads to run on.</param>
public sealed class LayerPass(IReadOnlyList<Tensor> inputs, Tensor output, WorkerPool workers)
{
    /// <summary>The inputs, in the layer's order; not to be written.</summary>
    public IReadOnlyList<Tensor> Inputs { get; } = inputs;

    /// <summary>The first input.</summary>
    public Tensor Input => Inputs[0];

    /// <summary>The output: forward fills all of it.</summary>
    public Tensor Output { get; } = output;

    /// <summary>The threads to run on.</summary>
    public WorkerPool Workers { get; } = workers;

    /// <summary>Whether dropout drops and batch normalisation uses the batch's own statistics.</summary>
    public bool Training { get; init; }

    /// <summary>Random numbers for this pass; required in training by layers that draw.</summary>
    public DeterministicRandom? Random { get; init; }

    /// <summary>What the layer keeps from forward for backward; disposed with the pass.</summary>
    public Tensor? Saved { get; set; }

    /// <summary>Backward: the loss's gradient by the output.</summary>
    public Tensor? OutputGradient { get; set; }

    /// <summary>Backward: for each input where to add its gradient, or null where nobody needs it.</summary>
    public IReadOnlyList<Tensor?> InputGradients { get; set; } = [];

    /// <summary>The gradient by the output.</summary>
    /// <exception cref="InvalidOperationException">Backward was called without one.</exception>
    public Tensor RequireOutputGradient() =>
        OutputGradient
        ?? throw new InvalidOperationException(
            "Backward needs the gradient by the output; run it through NetworkPass.Backward."
        );
}
