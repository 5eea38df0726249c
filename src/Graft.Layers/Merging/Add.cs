using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Merging;

/// <summary>The sum of two tensors of the same shape (a residual connection).</summary>
public sealed class Add : Layer
{
    /// <inheritdoc/>
    public override int InputCount => 2;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0] == inputs[1]
            ? inputs[0]
            : throw Unsuitable(inputs[1], $"a second input of the first one's shape {inputs[0]}");

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) => Lowering.Sum;

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        ElementwiseKernel.AddAndClamp(
            pass.Inputs[0].Pointer,
            pass.Inputs[1].Pointer,
            pass.Output.Pointer,
            pass.Output.Length,
            float.NegativeInfinity,
            float.PositiveInfinity,
            pass.Workers
        );

    /// <summary>Both inputs get the output's gradient.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        foreach (var target in pass.InputGradients)
        {
            if (target is not null)
                Gradients.Add(pass.RequireOutputGradient(), target, pass.Workers);
        }
    }
}
