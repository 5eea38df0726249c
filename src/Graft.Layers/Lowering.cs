using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers;

/// <summary>
/// What a layer computes outside training, in terms that inference plans and autograd can combine with neighbouring
/// layers. A layer that cannot be said in these terms runs as it is. Immutable and thread-safe.
/// </summary>
public abstract record Lowering
{
    private protected Lowering() { }

    /// <summary>The layer's own <see cref="Layer.Forward"/>; nothing is combined.</summary>
    public static Lowering None { get; } = new OpaqueLowering();

    /// <summary>The input itself, unchanged.</summary>
    public static Lowering Identity { get; } = new IdentityLowering();

    /// <summary>The input's values in the same order, in another shape.</summary>
    public static Lowering Reshape { get; } = new ReshapeLowering();

    /// <summary>The sum of two inputs of the same shape.</summary>
    public static Lowering Sum { get; } = new SumLowering();

    /// <summary>
    /// A function of each element by itself, whose <see cref="Layer.Forward"/> may write over its input.
    /// </summary>
    public static Lowering Elementwise { get; } = new ElementwiseLowering();

    /// <summary><c>min(maximum, max(minimum, x))</c>.</summary>
    /// <param name="minimum">The smallest result; may be infinite.</param>
    /// <param name="maximum">The largest result; may be infinite.</param>
    public static Lowering Clamp(float minimum, float maximum) => new ClampLowering(minimum, maximum);

    /// <summary><c>(x - mean) * scale + shift</c> for each channel, the last dimension.</summary>
    /// <param name="channel">
    /// Scale, mean and shift of a channel, from 0. It is called when weights are prepared, not later.
    /// </param>
    public static Lowering Affine(Func<int, (double Scale, float Mean, float Shift)> channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return new AffineLowering(channel);
    }
}

internal sealed record OpaqueLowering : Lowering;

internal sealed record IdentityLowering : Lowering;

internal sealed record ReshapeLowering : Lowering;

internal sealed record SumLowering : Lowering;

internal sealed record ElementwiseLowering : Lowering;

internal sealed record ClampLowering(float Minimum, float Maximum) : Lowering;

internal sealed record AffineLowering(Func<int, (double Scale, float Mean, float Shift)> Channel) : Lowering;

/// <summary>Rows and columns of zeros around an image.</summary>
internal sealed record PaddingLowering(Padding2D Padding) : Lowering;

/// <summary>A product with a kernel, over windows of an image or over rows of values.</summary>
/// <param name="Geometry">The sizes; rows of values are an image one pixel high.</param>
/// <param name="Groups">The number of groups of channels.</param>
/// <param name="Weight">The kernel, output channels last.</param>
/// <param name="Bias">The bias, or null.</param>
internal sealed record ConvolutionLowering(ConvolutionGeometry Geometry, int Groups, Tensor Weight, Tensor? Bias)
    : Lowering;

/// <summary>The largest value of each window of an image.</summary>
/// <param name="Geometry">The sizes.</param>
/// <param name="CanPad">Whether a padding of zeros before it can be a part of it.</param>
internal sealed record MaxPoolingLowering(ConvolutionGeometry Geometry, bool CanPad) : Lowering;
