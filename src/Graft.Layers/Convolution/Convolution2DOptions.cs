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

    /// <summary>The distance between neighbouring output pixels, in both directions.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The distance between neighbouring taps of the kernel, in both directions.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Zeros around the image.</summary>
    public Padding2D Padding { get; init; }

    /// <summary>
    /// The number of channel groups: an output depends only on the inputs of its own group. It must divide the channels
    /// of input and output. A depthwise convolution has as many groups as channels.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether a bias is added to each output channel.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether every channel has its own kernel: one input and one output channel for each group.</summary>
    internal bool IsDepthwise => Groups > 1 && Groups == InputChannels && Groups == OutputChannels;
}
