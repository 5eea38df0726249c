using Graft.Tensors.Kernels.Gradients;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>The mean of each window.</summary>
public sealed class AveragePooling2D : Pooling2D
{
    /// <summary>Makes the layer.</summary>
    /// <param name="options">The window.</param>
    /// <param name="countPadding">
    /// Whether padding counts as zeros in the mean (PyTorch); otherwise the mean is over the pixels inside the image
    /// (Keras).
    /// </param>
    /// <exception cref="ArgumentException">
    /// Padding counts and <see cref="Pooling2DOptions.RoundUp"/> is set: frameworks disagree on this combination.
    /// </exception>
    public AveragePooling2D(Pooling2DOptions options, bool countPadding = false)
        : base(options)
    {
        if (countPadding && options.RoundUp)
            throw new ArgumentException(
                $"{Kind}: the padding cannot count in the mean if a window may extend past it (RoundUp); use only one "
                    + $"of the two options.",
                nameof(options)
            );
        CountPadding = countPadding;
    }

    /// <summary>Whether pixels outside the image count as zeros.</summary>
    public bool CountPadding { get; }

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override string Configuration => $"{base.Configuration}, count padding {CountPadding}";

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        PoolingKernel.Average(
            Geometry(pass.Input.Shape),
            pass.Input.Shape[0],
            pass.Input.Pointer,
            pass.Output.Pointer,
            CountPadding,
            pass.Workers
        );

    /// <summary>Each output's gradient is distributed evenly over its window.</summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is { } inputGradient)
            PoolingGradient.AddAverage(
                Geometry(pass.Input.Shape),
                pass.Input.Shape[0],
                pass.RequireOutputGradient().Pointer,
                inputGradient.Pointer,
                CountPadding,
                pass.Workers
            );
    }
}
