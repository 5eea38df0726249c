using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Convolution;

/// <summary>
/// The rows of the matrix product that computes a convolution's gradient with respect to the input. Row (image, y, x)
/// of the input holds, for each tap, the gradient of the output pixel that reads it through that tap, or zeros if there
/// is none.
/// </summary>
/// <param name="geometry">The sizes of the forward convolution.</param>
/// <param name="outputGradient">The gradient of the first output image.</param>
/// <param name="zeros">At least as many zeros as the output has channels.</param>
internal sealed unsafe class InputGradientRows(ConvolutionGeometry geometry, float* outputGradient, float* zeros)
    : RowSource
{
    public override int Taps => geometry.Taps;

    public override int TapLength => geometry.OutputChannels;

    public override void Locate(int firstRow, int rowCount, float** pointers, int stride)
    {
        for (var row = 0; row < stride; row++)
        {
            var (image, pixel) = Math.DivRem(firstRow + Math.Min(row, rowCount - 1), geometry.InputPixels);
            var (y, x) = Math.DivRem(pixel, geometry.InputWidth);
            var start = outputGradient + ((nint)image * geometry.OutputPixels * geometry.OutputChannels);
            var pointer = pointers + row;
            for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
            {
                var (outputY, remainderY) = Math.DivRem(
                    y + geometry.PaddingTop - (kernelY * geometry.DilationHeight),
                    geometry.StrideHeight
                );
                var inside = remainderY == 0 && (uint)outputY < (uint)geometry.OutputHeight;
                for (var kernelX = 0; kernelX < geometry.KernelWidth; kernelX++, pointer += stride)
                {
                    var (outputX, remainderX) = Math.DivRem(
                        x + geometry.PaddingLeft - (kernelX * geometry.DilationWidth),
                        geometry.StrideWidth
                    );
                    *pointer =
                        inside && remainderX == 0 && (uint)outputX < (uint)geometry.OutputWidth
                            ? start + ((((nint)outputY * geometry.OutputWidth) + outputX) * geometry.OutputChannels)
                            : zeros;
                }
            }
        }
    }
}
