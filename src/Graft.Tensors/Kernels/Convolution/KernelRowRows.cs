using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Convolution;

/// <summary>
/// The rows of a convolution over few channels that needs no padding. The pixels under one row of the kernel are
/// contiguous in memory, so a whole kernel row is one tap: a 7x7 kernel over RGB has 7 taps of 21 values instead of 49
/// of 3.
/// </summary>
/// <param name="geometry">The sizes; without padding or horizontal dilation.</param>
/// <param name="input">The first image.</param>
internal sealed unsafe class KernelRowRows(ConvolutionGeometry geometry, float* input) : RowSource
{
    private readonly int _outputWidth = geometry.OutputWidth;
    private readonly int _outputHeight = geometry.OutputHeight;
    private readonly int _outputPixels = geometry.OutputPixels;

    public override int Taps => geometry.KernelHeight;

    public override int TapLength => geometry.KernelWidth * geometry.InputChannels;

    public override void Locate(int firstRow, int rowCount, float** pointers, int stride)
    {
        var rowStride = (nint)geometry.InputWidth * geometry.InputChannels;
        var (image, pixel) = Math.DivRem(firstRow, _outputPixels);
        var (y, x) = Math.DivRem(pixel, _outputWidth);
        for (var row = 0; row < stride; row++)
        {
            var start =
                input
                + ((((nint)image * geometry.InputHeight) + (y * geometry.StrideHeight)) * rowStride)
                + ((nint)x * geometry.StrideWidth * geometry.InputChannels);
            for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
                pointers[(kernelY * stride) + row] = start + (kernelY * geometry.DilationHeight * rowStride);
            if (row + 1 >= rowCount)
                continue;

            // Advances without a division, which would cost as much as the arithmetic over few channels.
            x++;
            if (x == _outputWidth)
                (x, y) = (0, y + 1);
            if (y == _outputHeight)
                (y, image) = (0, image + 1);
        }
    }
}
