using Graft.Layers;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Depthwise;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.InvertedResidual;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class InvertedResidualTests
{
    /// <summary>
    /// Image height and width, input, inner and output channels, kernel, stride, padding at the top left and at the
    /// bottom right, batch.
    /// </summary>
    private static readonly int[][] BlockSizes =
    [
        [7, 7, 5, 19, 4, 3, 1, 1, 1, 3],
        [8, 11, 16, 33, 16, 3, 2, 0, 1, 2],
        [9, 6, 3, 1, 17, 5, 1, 2, 2, 2],
        [13, 5, 4, 24, 7, 5, 2, 2, 2, 1],
        [1, 1, 8, 16, 8, 3, 1, 1, 1, 2],
        [10, 3, 6, 15, 3, 3, 3, 1, 1, 1],
        // Rows so long that a chunk is a few of them, and the ring is used several times over.
        [40, 60, 4, 64, 8, 3, 1, 1, 1, 1],
        [41, 60, 4, 64, 8, 3, 2, 1, 1, 1],
        [26, 400, 3, 128, 3, 5, 1, 2, 2, 1],
    ];

    public static TheoryData<int[]> Blocks => new(BlockSizes);

    public static TheoryData<int[]> SmallBlocks => new(BlockSizes[..6]);

    [Theory]
    [MemberData(nameof(Blocks))]
    public void One_pass_gives_the_bits_of_three(int[] sizes)
    {
        foreach (var kernel in TileKernel.All)
        {
            using var block = new Block(sizes, kernel);
            using var expected = block.RunInThreePasses();
            foreach (var threads in new[] { 1, 2, 3, 7 })
            {
                using var actual = block.Run(threads);
                Assert.True(Closeness.SameBits(expected.Span, actual.Span), $"{kernel.Name}, {threads} threads");
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallBlocks))]
    public void The_results_are_those_of_the_formulas(int[] sizes)
    {
        using var block = new Block(sizes, TileKernel.Best);
        using var actual = block.Run(threads: 2);
        Closeness.Demand(block.Expected(), actual, 5e-6, "inverted residual");
    }

    [Fact]
    public void Not_a_number_reaches_the_pixels_around_it_and_no_other()
    {
        using var block = new Block([12, 9, 4, 16, 4, 3, 1, 1, 1, 2], TileKernel.Best);
        block.Input.Span[(((5 * 9) + 3) * 4) + 2] = float.NaN;
        using var actual = block.Run(threads: 2);
        for (var i = 0; i < actual.Length; i++)
        {
            var (y, x) = (i / (9 * 4), i / 4 % 9);
            Assert.Equal(Math.Abs(y - 5) <= 1 && Math.Abs(x - 3) <= 1, float.IsNaN(actual.Span[i]));
        }
    }

    private sealed class Block : IDisposable
    {
        private const float Maximum = 0.8f;
        private readonly int _inputs;
        private readonly int _batch;
        private readonly ConvolutionGeometry _depthwise;
        private readonly Window _window;
        private readonly Tensor[] _weights;
        private readonly Tensor[] _biases;
        private readonly Tensor _residual;
        private readonly PackedMatrix _expand;
        private readonly PackedMatrix _project;

        public Block(int[] sizes, TileKernel kernel)
        {
            var (height, width, inner, outputs) = (sizes[0], sizes[1], sizes[3], sizes[4]);
            (_inputs, _batch) = (sizes[2], sizes[9]);
            _depthwise = new ConvolutionGeometry
            {
                InputHeight = height,
                InputWidth = width,
                InputChannels = inner,
                OutputChannels = inner,
                KernelHeight = sizes[5],
                KernelWidth = sizes[5],
                StrideHeight = sizes[6],
                StrideWidth = sizes[6],
                PaddingTop = sizes[7],
                PaddingLeft = sizes[7],
                PaddingBottom = sizes[8],
                PaddingRight = sizes[8],
            };
            _window = new Window(sizes[5], sizes[5])
            {
                StrideHeight = sizes[6],
                StrideWidth = sizes[6],
                Padding = new Padding2D(sizes[7], sizes[7], sizes[8], sizes[8]),
            };
            var random = new DeterministicRandom(21);
            Input = RandomTensors.Uniform(new Shape(_batch, height, width, _inputs), random);
            _weights =
            [
                RandomTensors.Uniform(new Shape(1, 1, _inputs, inner), random),
                RandomTensors.Uniform(new Shape(sizes[5], sizes[5], 1, inner), random),
                RandomTensors.Uniform(new Shape(1, 1, inner, outputs), random),
            ];
            _expand = PackedMatrix.Pack(_weights[0].Pointer, _inputs, inner, kernel);
            _project = PackedMatrix.Pack(_weights[2].Pointer, inner, outputs, kernel);
            _biases = [Bias(inner, random), Bias(inner, random), Bias(outputs, random)];
            _residual = RandomTensors.Uniform(
                new Shape(_batch, _depthwise.OutputHeight, _depthwise.OutputWidth, outputs),
                random
            );
        }

        public Tensor Input { get; }

        public Tensor Run(int threads)
        {
            using var workers = new WorkerPool(threads);
            var output = Tensor.Uninitialized(_residual.Shape);
            output.Span.Fill(float.NegativeInfinity);
            InvertedResidualConvolution.Run(
                new InvertedResidualOperands
                {
                    Batch = _batch,
                    ExpandRows = new MatrixRows(Input.Pointer, _inputs, _inputs),
                    Expand = _expand,
                    ExpandEpilogue = ReLUEpilogue(0),
                    Depthwise = _depthwise,
                    DepthwiseWeights = _weights[1].Pointer,
                    DepthwiseEpilogue = ReLUEpilogue(1),
                    Project = _project,
                    ProjectEpilogue = Last(),
                    Output = output.Pointer,
                },
                workers
            );
            return output;
        }

        public Tensor RunInThreePasses()
        {
            using var workers = new WorkerPool(1);
            using var expanded = Tensor.Uninitialized(
                new Shape(_batch, _depthwise.InputHeight, _depthwise.InputWidth, _depthwise.InputChannels)
            );
            using var filtered = Tensor.Uninitialized(
                new Shape(_batch, _depthwise.OutputHeight, _depthwise.OutputWidth, _depthwise.InputChannels)
            );
            var output = Tensor.Uninitialized(_residual.Shape);
            MatrixProduct.Run(
                new MatrixRows(Input.Pointer, _inputs, _inputs),
                _batch * _depthwise.InputPixels,
                _expand,
                expanded.Pointer,
                ReLUEpilogue(0),
                workers
            );
            DepthwiseConvolution.Run(
                _depthwise,
                _batch,
                expanded.Pointer,
                _weights[1].Pointer,
                filtered.Pointer,
                ReLUEpilogue(1),
                workers
            );
            MatrixProduct.Run(
                new MatrixRows(filtered.Pointer, _depthwise.InputChannels, _depthwise.InputChannels),
                _batch * _depthwise.OutputPixels,
                _project,
                output.Pointer,
                Last(),
                workers
            );
            return output;
        }

        public DoubleTensor Expected()
        {
            var expanded = Clamped(
                ConvolutionOracle.Apply(
                    DoubleTensor.From(Input),
                    DoubleTensor.From(_weights[0]),
                    Padded(0, _depthwise.InputChannels),
                    new Window(1, 1)
                )
            );
            var filtered = Clamped(
                ConvolutionOracle.Apply(
                    expanded,
                    DoubleTensor.From(_weights[1]),
                    Padded(1, _depthwise.InputChannels),
                    _window,
                    _depthwise.InputChannels
                )
            );
            var result = ConvolutionOracle.Apply(
                filtered,
                DoubleTensor.From(_weights[2]),
                Padded(2, _project.Columns),
                new Window(1, 1)
            );
            for (var i = 0; i < result.Values.Length; i++)
                result.Values[i] += _residual.Span[i];
            return result;
        }

        public void Dispose()
        {
            foreach (var tensor in _weights.Concat(_biases).Append(_residual).Append(Input))
                tensor.Dispose();
            _expand.Dispose();
            _project.Dispose();
        }

        /// <summary>A bias that can be read to the end of a panel.</summary>
        private static Tensor Bias(int channels, DeterministicRandom random) =>
            RandomTensors.Uniform(new Shape(channels + 64), random);

        private static DoubleTensor Clamped(DoubleTensor values)
        {
            for (var i = 0; i < values.Values.Length; i++)
                values.Values[i] = Math.Clamp(values.Values[i], 0, Maximum);
            return values;
        }

        private DoubleTensor Padded(int index, int channels)
        {
            using var bias = Tensor.From(new Shape(channels), _biases[index].Span[..channels]);
            return DoubleTensor.From(bias);
        }

        private Epilogue ReLUEpilogue(int index) =>
            new()
            {
                Bias = _biases[index].Pointer,
                Minimum = 0,
                Maximum = Maximum,
            };

        private Epilogue Last() => Epilogue.None with { Bias = _biases[2].Pointer, Residual = _residual.Pointer };
    }
}
