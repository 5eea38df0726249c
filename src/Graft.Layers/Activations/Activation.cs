using Graft.Tensors;

namespace Graft.Layers.Activations;

/// <summary>
/// A smooth function that is applied to each element by itself. Input and output have the same shape, which may be any.
/// In an inference plan it runs in place on the output of the convolution or dense layer before it.
/// </summary>
public abstract class Activation : Layer
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) => Lowering.Elementwise;

    /// <inheritdoc/>
    public override void Forward(LayerPass pass) => Apply(pass.Input, pass.Output, pass.Workers);

    /// <summary><c>dx = dy * f'(x)</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is { } inputGradient)
            AddGradient(pass.Input, pass.RequireOutputGradient(), inputGradient, pass.Workers);
    }

    /// <summary>Computes the function; output may be the input.</summary>
    internal abstract void Apply(Tensor input, Tensor output, WorkerPool workers);

    /// <summary>Adds the gradient with respect to the input.</summary>
    private protected abstract void AddGradient(
        Tensor input,
        Tensor outputGradient,
        Tensor inputGradient,
        WorkerPool workers
    );
}
