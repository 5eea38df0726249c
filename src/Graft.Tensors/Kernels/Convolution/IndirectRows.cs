using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Convolution;

/// <summary>
/// The rows of a convolution's implicit matrix (im2col), which is never built. Row (image, y, x) holds, for each tap of
/// the kernel, the channels of the input pixel under the tap, or zeros outside the image.
/// </summary>
/// <remarks>
/// Dukhan, "The Indirect Convolution Algorithm" (2019). Rows continue across the images of the batch.
/// </remarks>
/// <param name="geometry">The sizes of the operation.</param>
/// <param name="input">The first image.</param>
/// <param name="zeros">At least as many zeros as the input has channels.</param>
internal sealed unsafe class IndirectRows(ConvolutionGeometry geometry, float* input, float* zeros) : RowSource
{
    private readonly int _outputWidth = geometry.OutputWidth;
    private readonly int _outputPixels = geometry.OutputPixels;

    public override int Taps => geometry.Taps;

    public override int TapLength => geometry.InputChannels;

    public override void Locate(int firstRow, int rowCount, float** pointers, int stride)
    {
        for (var row = 0; row < stride; row++)
        {
            var (image, pixel) = Math.DivRem(firstRow + Math.Min(row, rowCount - 1), _outputPixels);
            var (y, x) = Math.DivRem(pixel, _outputWidth);
            var top = (y * geometry.StrideHeight) - geometry.PaddingTop;
            var left = (x * geometry.StrideWidth) - geometry.PaddingLeft;
            var start = input + ((nint)image * geometry.InputPixels * geometry.InputChannels);
            var pointer = pointers + row;
            for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
            {
                var inputY = top + (kernelY * geometry.DilationHeight);
                var inside = (uint)inputY < (uint)geometry.InputHeight;
                for (var kernelX = 0; kernelX < geometry.KernelWidth; kernelX++, pointer += stride)
                {
                    var inputX = left + (kernelX * geometry.DilationWidth);
                    *pointer =
                        inside && (uint)inputX < (uint)geometry.InputWidth
                            ? start + ((((nint)inputY * geometry.InputWidth) + inputX) * geometry.InputChannels)
                            : zeros;
                }
            }
        }
    }
}
