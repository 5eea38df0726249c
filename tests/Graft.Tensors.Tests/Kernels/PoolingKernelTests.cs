using Graft.Layers;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Pooling;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class PoolingKernelTests
{
    /// <summary>Around every vector width.</summary>
    private static readonly int[] Channels = [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];

    private static readonly int[][] WindowSizes =
    [
        [2, 2, 2, 2, 0, 0, 0, 0, 5, 7],
        [3, 3, 2, 2, 1, 1, 1, 1, 7, 6],
        [3, 2, 1, 3, 2, 0, 1, 1, 4, 5],
        [5, 5, 1, 1, 0, 0, 0, 0, 5, 5],
        [1, 1, 3, 2, 0, 0, 0, 0, 7, 7],
    ];

    public static TheoryData<int[]> Windows => new(WindowSizes);

    [Theory]
    [MemberData(nameof(Windows))]
    public void Maximum_and_average_are_those_of_each_window(int[] sizes)
    {
        var window = WindowOf(sizes);
        foreach (var channels in Channels)
        {
            using var input = RandomTensors.Uniform(
                new Shape(2, sizes[8], sizes[9], channels),
                new DeterministicRandom(5)
            );
            foreach (var padding in new[] { false, true })
            {
                Check(
                    PoolingOracle.Maximum(DoubleTensor.From(input), window, padding),
                    input,
                    sizes,
                    maximum: true,
                    padding
                );
                Check(
                    PoolingOracle.Average(DoubleTensor.From(input), window, padding),
                    input,
                    sizes,
                    maximum: false,
                    padding
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Not_a_number_anywhere_in_a_window_comes_out_of_it(int[] sizes)
    {
        var window = WindowOf(sizes);
        foreach (var channels in new[] { 1, 16, 17 })
        {
            for (var pixel = 0; pixel < sizes[8] * sizes[9]; pixel++)
            {
                using var input = RandomTensors.Uniform(
                    new Shape(1, sizes[8], sizes[9], channels),
                    new DeterministicRandom(6)
                );
                input.Span[(pixel * channels) + channels - 1] = float.NaN;
                var exact = DoubleTensor.From(input);
                CheckNaN(PoolingOracle.Maximum(exact, window), input, sizes, maximum: true);
                CheckNaN(PoolingOracle.Average(exact, window), input, sizes, maximum: false);
            }
        }
    }

    [Fact]
    public void Infinities_are_maxima_like_others()
    {
        int[] sizes = [2, 2, 2, 2, 0, 0, 0, 0, 2, 2];
        foreach (var channels in new[] { 1, 17 })
        {
            using var input = Tensor.Uninitialized(new Shape(1, 2, 2, channels));
            input.Span.Fill(float.NegativeInfinity);
            using var lowest = Run(input, sizes, maximum: true, padding: false);
            Assert.All(lowest.Span.ToArray(), value => Assert.Equal(float.NegativeInfinity, value));
            input.Rows(0)[^1] = float.PositiveInfinity;
            using var highest = Run(input, sizes, maximum: true, padding: false);
            Assert.Equal(float.PositiveInfinity, highest.Span[^1]);
        }
    }

    private static void Check(DoubleTensor expected, Tensor input, int[] sizes, bool maximum, bool padding)
    {
        using var output = Run(input, sizes, maximum, padding);

        // A maximum is one of the inputs, to the bit.
        Closeness.Demand(expected, output, maximum ? 0 : 1e-6, maximum ? "maximum" : "average");
    }

    private static void CheckNaN(DoubleTensor expected, Tensor input, int[] sizes, bool maximum)
    {
        using var output = Run(input, sizes, maximum, padding: false);
        for (var i = 0; i < output.Length; i++)
            Assert.Equal(double.IsNaN(expected.Values[i]), float.IsNaN(output.Span[i]));
    }

    private static Tensor Run(Tensor input, int[] sizes, bool maximum, bool padding)
    {
        var geometry = new ConvolutionGeometry
        {
            KernelHeight = sizes[0],
            KernelWidth = sizes[1],
            StrideHeight = sizes[2],
            StrideWidth = sizes[3],
            PaddingTop = sizes[4],
            PaddingLeft = sizes[5],
            PaddingBottom = sizes[6],
            PaddingRight = sizes[7],
            InputHeight = input.Shape[1],
            InputWidth = input.Shape[2],
            InputChannels = input.Shape[3],
            OutputChannels = input.Shape[3],
        };
        var output = Tensor.Uninitialized(
            new Shape(input.Shape[0], geometry.OutputHeight, geometry.OutputWidth, input.Shape[3])
        );
        using var workers = new WorkerPool(2);
        if (maximum)
            PoolingKernel.Maximum(geometry, input.Shape[0], input.Pointer, output.Pointer, padding, workers);
        else
            PoolingKernel.Average(geometry, input.Shape[0], input.Pointer, output.Pointer, padding, workers);
        return output;
    }

    private static Window WindowOf(int[] sizes) =>
        new(sizes[0], sizes[1])
        {
            StrideHeight = sizes[2],
            StrideWidth = sizes[3],
            Padding = new Padding2D(sizes[4], sizes[5], sizes[6], sizes[7]),
        };
}
