using Graft.Tensors;
using Graft.Tensors.Kernels.Gradients;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>The largest value in each window; pixels outside the image are ignored.</summary>
/// <param name="options">The window.</param>
public sealed class MaxPooling2D(Pooling2DOptions options) : Pooling2D(options)
{
    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) =>
        new MaxPoolingLowering(Geometry(inputs[0]), CanPad: Options is { Padding.IsNone: true, RoundUp: false });

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        PoolingKernel.Maximum(
            Geometry(pass.Input.Shape),
            pass.Input.Shape[0],
            pass.Input.Pointer,
            pass.Output.Pointer,
            paddingIsZero: false,
            pass.Workers
        );

    /// <summary>Each output's gradient goes to the first of the largest inputs in its window.</summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        PoolingGradient.AddMaximum(
            Geometry(pass.Input.Shape),
            pass.Input.Shape[0],
            pass.Input.Pointer,
            pass.Output.Pointer,
            pass.RequireOutputGradient().Pointer,
            inputGradient.Pointer,
            pass.Workers
        );
    }
}
