using Graft.Tensors;

namespace Graft.Layers;

/// <summary>
/// The data of one run of a layer: forward and, if needed, backward. Created by <see cref="Networks.Network"/>; the
/// layer owns only <see cref="Saved"/>.
/// </summary>
/// <param name="inputs">The inputs, in the layer's order.</param>
/// <param name="output">Receives the output.</param>
/// <param name="workers">The worker threads.</param>
public sealed class LayerPass(IReadOnlyList<Tensor> inputs, Tensor output, WorkerPool workers)
{
    /// <summary>The inputs, in the layer's order; not to be written.</summary>
    public IReadOnlyList<Tensor> Inputs { get; } = inputs;

    /// <summary>The first input.</summary>
    public Tensor Input => Inputs[0];

    /// <summary>The output; forward writes all of it.</summary>
    public Tensor Output { get; } = output;

    /// <summary>The worker threads.</summary>
    public WorkerPool Workers { get; } = workers;

    /// <summary>Whether dropout is active and batch normalisation uses the batch's own statistics.</summary>
    public bool Training { get; init; }

    /// <summary>Random numbers for this pass; required in training by layers that draw random numbers.</summary>
    public DeterministicRandom? Random { get; init; }

    /// <summary>Data that the layer keeps from forward for backward; disposed with the pass.</summary>
    public Tensor? Saved { get; set; }

    /// <summary>Backward: the gradient of the loss with respect to the output.</summary>
    public Tensor? OutputGradient { get; set; }

    /// <summary>
    /// Backward: for each input, the tensor to which its gradient is added, or null if the gradient is not needed.
    /// </summary>
    public IReadOnlyList<Tensor?> InputGradients { get; set; } = [];

    /// <summary>The gradient with respect to the output.</summary>
    /// <exception cref="InvalidOperationException">There is no such gradient.</exception>
    public Tensor RequireOutputGradient() =>
        OutputGradient
        ?? throw new InvalidOperationException(
            "Backward needs the gradient with respect to the output; run it through NetworkPass.Backward."
        );
}
