using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gradients;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

/// <summary>The weight's gradient against its formula in double precision, for every vector width.</summary>
public sealed class WeightGradientTests
{
    /// <summary>
    /// Batch, height, width, input and output channels, kernel, stride, dilation, padding at the beginning and at the
    /// end.
    /// </summary>
    public static TheoryData<int, int, int, int, int, int, int, int, int, int> Sizes =>
        new()
        {
            { 1, 1, 1, 1, 1, 1, 1, 1, 0, 0 },
            { 3, 5, 7, 6, 32, 1, 1, 1, 0, 0 },
            { 2, 9, 8, 13, 33, 1, 2, 1, 0, 0 }, // touches every second pixel
            { 2, 6, 7, 5, 31, 1, 1, 1, 1, 0 }, // pointwise with padding
            { 2, 7, 5, 12, 17, 3, 1, 1, 1, 1 },
            { 2, 7, 9, 14, 5, 3, 2, 1, 1, 1 },
            { 1, 9, 8, 13, 7, 2, 1, 3, 2, 1 },
            { 2, 21, 20, 3, 40, 7, 2, 1, 0, 0 }, // rows of the kernel over few channels
            { 1, 6, 6, 3, 4, 3, 1, 2, 0, 0 }, // not with dilation
            { 1, 20, 20, 2, 3, 3, 1, 1, 1, 1 }, // not with padding
            { 5, 1, 301, 4, 3, 1, 1, 1, 0, 0 }, // more pixels than are summed up at a time
            { 1, 3, 260, 12, 3, 3, 1, 1, 1, 1 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public unsafe void Every_vector_width_gives_the_formulas_gradient_and_the_same_bits(
        int batch,
        int height,
        int width,
        int inputs,
        int outputs,
        int kernel,
        int stride,
        int dilation,
        int before,
        int after
    )
    {
        var geometry = new ConvolutionGeometry
        {
            InputHeight = height,
            InputWidth = width,
            InputChannels = inputs,
            OutputChannels = outputs,
            KernelHeight = kernel,
            KernelWidth = kernel,
            StrideHeight = stride,
            StrideWidth = stride,
            DilationHeight = dilation,
            DilationWidth = dilation,
            PaddingTop = before,
            PaddingLeft = before,
            PaddingBottom = after,
            PaddingRight = after,
        };
        var random = new DeterministicRandom(9);
        using var input = RandomTensors.Uniform(new Shape(batch, height, width, inputs), random);
        using var gradient = RandomTensors.Uniform(
            new Shape(batch, geometry.OutputHeight, geometry.OutputWidth, outputs),
            random
        );
        using var start = RandomTensors.Uniform(new Shape(kernel, kernel, inputs, outputs), random);
        var expected = Formula(geometry, batch, input, gradient, start);
        float[]? bits = null;
        foreach (var tile in OuterProductKernel.All)
        {
            for (var threads = 1; threads <= 3; threads++)
            {
                using var workers = new WorkerPool(threads);
                using var target = start.Clone();
                WeightGradient.Add(
                    geometry,
                    batch,
                    input.Pointer,
                    inputs,
                    gradient.Pointer,
                    outputs,
                    target.Pointer,
                    workers,
                    tile
                );
                Closeness.Demand(expected, target.Span, 1e-5, $"{tile.Columns} columns");
                bits ??= target.Span.ToArray();
                if (System.Runtime.Intrinsics.X86.Fma.IsSupported || tile == OuterProductKernel.All[0])
                    Assert.True(Closeness.SameBits(bits, target.Span), $"{tile.Columns} columns, {threads} threads");
            }
        }
    }

    [Fact]
    public unsafe void A_group_is_picked_out_of_all_channels()
    {
        var geometry = new ConvolutionGeometry
        {
            InputHeight = 4,
            InputWidth = 5,
            InputChannels = 3,
            OutputChannels = 2,
            KernelHeight = 1,
            KernelWidth = 1,
        };
        var random = new DeterministicRandom(10);
        using var input = RandomTensors.Uniform(new Shape(2, 4, 5, 6), random);
        using var gradient = RandomTensors.Uniform(new Shape(2, 4, 5, 4), random);
        using var target = Tensor.Zeros(new Shape(3, 4));
        using var workers = new WorkerPool(2);
        WeightGradient.Add(geometry, 2, input.Pointer + 3, 6, gradient.Pointer + 2, 4, target.Pointer + 2, workers);
        var expected = new double[12];
        for (var pixel = 0; pixel < 40; pixel++)
        {
            for (var c = 0; c < 3; c++)
            {
                for (var o = 0; o < 2; o++)
                    expected[(c * 4) + 2 + o] +=
                        (double)input.Span[(pixel * 6) + 3 + c] * gradient.Span[(pixel * 4) + 2 + o];
            }
        }

        Closeness.Demand(expected, target.Span, 1e-5, "gradient");
    }

    private static double[] Formula(
        ConvolutionGeometry geometry,
        int batch,
        Tensor input,
        Tensor gradient,
        Tensor start
    )
    {
        var (inputs, outputs, size) = (geometry.InputChannels, geometry.OutputChannels, geometry.KernelWidth);
        var sums = Array.ConvertAll(start.Span.ToArray(), value => (double)value);
        for (var place = 0; place < batch * geometry.OutputPixels; place++)
        {
            var (image, pixel) = Math.DivRem(place, geometry.OutputPixels);
            var (y, x) = Math.DivRem(pixel, geometry.OutputWidth);
            for (var tap = 0; tap < geometry.Taps; tap++)
            {
                var inputY = (y * geometry.StrideHeight) + (tap / size * geometry.DilationHeight) - geometry.PaddingTop;
                var inputX = (x * geometry.StrideWidth) + (tap % size * geometry.DilationWidth) - geometry.PaddingLeft;
                if ((uint)inputY >= (uint)geometry.InputHeight || (uint)inputX >= (uint)geometry.InputWidth)
                    continue;
                var source = ((((image * geometry.InputHeight) + inputY) * geometry.InputWidth) + inputX) * inputs;
                for (var i = 0; i < inputs * outputs; i++)
                    sums[(tap * inputs * outputs) + i] +=
                        (double)input.Span[source + (i / outputs)] * gradient.Span[(place * outputs) + (i % outputs)];
            }
        }

        return sums;
    }
}
