using Graft.Tensors.Kernels.Gradients;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>The mean of each window.</summary>
/// <param name="options">The window.</param>
/// <param name="countPadding">Whether pixels outside count as zeros (PyTorch); otherwise the mean is over those inside (Keras).</param>
public sealed class AveragePooling2D(Pooling2DOptions options, bool countPadding = false) : Pooling2D(options)
{
    /// <summary>Whether pixels outside the image count as zeros.</summary>
    public bool CountPadding { get; } = countPadding;

    /// <inheritdoc/>
    internal override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override string Configuration => $"{base.Configuration}, count padding {CountPadding}";

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        PoolingKernel.Average(Geometry(pass.Input.Shape), pass.Input.Shape[0], pass.Input.Pointer, pass.Output.Pointer, CountPadding, pass.Workers);

    /// <summary>Each output's gradient is shared out evenly over its window.</summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is { } inputGradient)
            PoolingGradient.AddAverage(Geometry(pass.Input.Shape), pass.Input.Shape[0], pass.RequireOutputGradient().Pointer, inputGradient.Pointer, CountPadding, pass.Workers);
    }
}
