namespace Graft.Layers.Convolution;

/// <summary>The sizes of a <see cref="Convolution2D"/>. Strides and dilation are in pixels.</summary>
public sealed record Convolution2DOptions
{
    /// <summary>Channels of the input.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Channels of the output (filters).</summary>
    public required int OutputChannels { get; init; }

    /// <summary>Height of the kernel.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Width of the kernel.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>From one output pixel to the next, in both directions.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>From one tap of the kernel to the next, in both directions.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Zeros around the image.</summary>
    public Padding2D Padding { get; init; }

    /// <summary>
    /// The number of channel groups: an output depends only on the inputs of its own group. Divides the channels of
    /// input and output; as many groups as channels make a depthwise convolution.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether a bias is added to each output channel.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether every channel has a kernel of its own: one input and one output channel a group.</summary>
    internal bool IsDepthwise => Groups > 1 && Groups == InputChannels && Groups == OutputChannels;
}
