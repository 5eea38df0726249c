using Graft.Layers;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Depthwise;
using Graft.Tensors.Kernels.Gemm;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class DepthwiseConvolutionTests
{
    private const int Batch = 3;

    /// <summary>Around every vector width.</summary>
    private static readonly int[] Channels = [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33];

    /// <summary>
    /// Kernel height and width, strides, dilations, padding (top, left, bottom, right), input height and width.
    /// </summary>
    private static readonly int[][] GeometrySizes =
    [
        [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 7, 7],
        [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 4],
        [3, 3, 1, 1, 1, 1, 0, 0, 0, 0, 5, 6],
        [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3],
        [3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 8, 14],
        [3, 3, 2, 2, 1, 1, 0, 0, 1, 1, 9, 8],
        [3, 3, 2, 1, 1, 1, 1, 2, 0, 1, 6, 9],
        [5, 5, 1, 1, 1, 1, 2, 2, 2, 2, 6, 9],
        [5, 5, 2, 2, 1, 1, 2, 2, 2, 2, 9, 13],
        [5, 5, 2, 2, 1, 1, 1, 1, 2, 2, 8, 8],
        [3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 6, 7],
        [3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 10, 13],
        [2, 4, 1, 2, 3, 1, 1, 0, 2, 3, 6, 8],
        [7, 7, 1, 1, 1, 1, 3, 3, 3, 3, 5, 5],
        [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 3, 5],
    ];

    public static TheoryData<int[]> Geometries => new(GeometrySizes);

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Each_channel_is_convolved_with_its_own_kernel(int[] sizes)
    {
        foreach (var channels in Channels)
        {
            using var sample = new Sample(sizes, channels);
            var expected = sample.Expected();
            foreach (var kernel in DepthwiseKernel.All)
            {
                using var output = sample.Run(kernel, threads: 2);
                Closeness.Demand(expected, output, 2e-6, $"{kernel.Name}, {channels} channels");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void The_bits_depend_on_neither_width_nor_threads_nor_batch_nor_place(int[] sizes)
    {
        foreach (var channels in Channels)
        {
            using var sample = new Sample(sizes, channels);
            using var all = sample.Run(DepthwiseKernel.All[0], threads: 1);
            foreach (var kernel in DepthwiseKernel.All)
            {
                foreach (var threads in new[] { 1, 2, 3 })
                {
                    using var again = sample.Run(kernel, threads);
                    Assert.True(
                        Closeness.SameBits(all.Span, again.Span),
                        $"{kernel.Name}, {threads} threads, {channels} channels"
                    );
                }

                for (var image = 0; image < Batch; image++)
                {
                    using var alone = sample.Run(kernel, threads: 2, image);
                    Assert.True(
                        Closeness.SameBits(all.Rows(image), alone.Span),
                        $"{kernel.Name}, image {image}, {channels} channels"
                    );
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Not_a_number_comes_out_of_every_window_that_has_it(int[] sizes)
    {
        foreach (var channels in new[] { 1, 16, 19 })
        {
            using var sample = new Sample(sizes, channels);
            sample.Input.Span[(((sizes[10] / 2 * sizes[11]) + (sizes[11] / 2)) * channels) + channels - 1] = float.NaN;
            var expected = sample.Expected();
            Assert.Contains(double.NaN, expected.Values);
            foreach (var kernel in DepthwiseKernel.All)
            {
                using var output = sample.Run(kernel, threads: 2);
                for (var i = 0; i < output.Length; i++)
                    Assert.Equal(double.IsNaN(expected.Values[i]), float.IsNaN(output.Span[i]));
            }
        }
    }

    [Fact]
    public void Few_channels_get_a_kernel_that_they_fill()
    {
        foreach (var widest in DepthwiseKernel.All)
        {
            foreach (var channels in Channels)
            {
                var kernel = DepthwiseKernel.For(channels, widest);
                Assert.InRange(kernel.Width, 1, Math.Min(widest.Width, channels));
                Assert.True(kernel == widest || 2 * kernel.Width > channels || kernel.Width == 1);
            }
        }
    }

    private sealed class Sample : IDisposable
    {
        private const float Minimum = -0.75f;
        private const float Maximum = 1.25f;
        private readonly ConvolutionGeometry _geometry;
        private readonly Window _window;
        private readonly Tensor _weight;
        private readonly Tensor _bias;
        private readonly Tensor _residual;

        public Sample(int[] sizes, int channels)
        {
            _geometry = new ConvolutionGeometry
            {
                KernelHeight = sizes[0],
                KernelWidth = sizes[1],
                StrideHeight = sizes[2],
                StrideWidth = sizes[3],
                DilationHeight = sizes[4],
                DilationWidth = sizes[5],
                PaddingTop = sizes[6],
                PaddingLeft = sizes[7],
                PaddingBottom = sizes[8],
                PaddingRight = sizes[9],
                InputHeight = sizes[10],
                InputWidth = sizes[11],
                InputChannels = channels,
                OutputChannels = channels,
            };
            _window = new Window(sizes[0], sizes[1])
            {
                StrideHeight = sizes[2],
                StrideWidth = sizes[3],
                DilationHeight = sizes[4],
                DilationWidth = sizes[5],
                Padding = new Padding2D(sizes[6], sizes[7], sizes[8], sizes[9]),
            };
            var random = new DeterministicRandom(12);
            Input = RandomTensors.Uniform(new Shape(Batch, sizes[10], sizes[11], channels), random);
            _weight = RandomTensors.Uniform(new Shape(sizes[0], sizes[1], 1, channels), random);
            _bias = RandomTensors.Uniform(new Shape(channels), random);
            _residual = RandomTensors.Uniform(
                new Shape(Batch, _geometry.OutputHeight, _geometry.OutputWidth, channels),
                random
            );
        }

        public Tensor Input { get; }

        public DoubleTensor Expected()
        {
            var result = ConvolutionOracle.Apply(
                DoubleTensor.From(Input),
                DoubleTensor.From(_weight),
                DoubleTensor.From(_bias),
                _window,
                _geometry.InputChannels
            );
            for (var i = 0; i < result.Values.Length; i++)
                result.Values[i] = Math.Clamp(result.Values[i] + _residual.Span[i], Minimum, Maximum);
            return result;
        }

        public Tensor Run(DepthwiseKernel kernel, int threads, int? image = null)
        {
            using var workers = new WorkerPool(threads);
            var batch = image is null ? Batch : 1;
            var (first, imageLength, outputLength) = (image ?? 0, Input.Length / Batch, _residual.Length / Batch);
            var epilogue = new Epilogue
            {
                Bias = _bias.Pointer,
                Residual = _residual.Pointer + (first * outputLength),
                Minimum = Minimum,
                Maximum = Maximum,
            };
            var output = Tensor.Uninitialized(_residual.Shape.WithBatch(batch));
            output.Span.Fill(float.NaN);
            DepthwiseConvolution.Run(
                _geometry,
                batch,
                Input.Pointer + (first * imageLength),
                _weight.Pointer,
                output.Pointer,
                epilogue,
                workers,
                kernel
            );
            return output;
        }

        public void Dispose()
        {
            Input.Dispose();
            _weight.Dispose();
            _bias.Dispose();
            _residual.Dispose();
        }
    }
}
