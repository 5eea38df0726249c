namespace Graft.Tensors.Kernels.Convolution;

/// <summary>The sizes of a two-dimensional convolution or pooling over NHWC images, without the batch.</summary>
internal readonly record struct ConvolutionGeometry
{
    public required int InputHeight { get; init; }

    public required int InputWidth { get; init; }

    public required int InputChannels { get; init; }

    public required int OutputChannels { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public int StrideHeight { get; init; } = 1;

    public int StrideWidth { get; init; } = 1;

    public int DilationHeight { get; init; } = 1;

    public int DilationWidth { get; init; } = 1;

    public int PaddingTop { get; init; }

    public int PaddingLeft { get; init; }

    public int PaddingBottom { get; init; }

    public int PaddingRight { get; init; }

    public ConvolutionGeometry() { }

    /// <summary>The number of rows of the output; zero or less if the kernel does not fit.</summary>
    public int OutputHeight =>
        OutputSize(InputHeight + PaddingTop + PaddingBottom, KernelHeight, StrideHeight, DilationHeight);

    /// <summary>The number of columns of the output; zero or less if the kernel does not fit.</summary>
    public int OutputWidth =>
        OutputSize(InputWidth + PaddingLeft + PaddingRight, KernelWidth, StrideWidth, DilationWidth);

    public int Taps => KernelHeight * KernelWidth;

    public int InputPixels => InputHeight * InputWidth;

    public int OutputPixels => OutputHeight * OutputWidth;

    public bool IsPadded => (PaddingTop | PaddingLeft | PaddingBottom | PaddingRight) != 0;

    /// <summary>Whether each output pixel depends only on the input pixel at the same position.</summary>
    public bool IsPointwise => Taps == 1 && StrideHeight == 1 && StrideWidth == 1 && !IsPadded;

    private static int OutputSize(int padded, int kernel, int stride, int dilation)
    {
        var reach = ((kernel - 1) * dilation) + 1;
        return padded < reach ? 0 : ((padded - reach) / stride) + 1;
    }
}
