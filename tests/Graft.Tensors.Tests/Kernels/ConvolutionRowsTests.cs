using Graft.Layers;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class ConvolutionRowsTests
{
    /// <summary>
    /// Kernel height and width, strides, dilations, padding (top, left, bottom, right), input height, width and
    /// channels, output channels.
    /// </summary>
    private static readonly int[][] GeometrySizes =
    [
        [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 3, 5, 7, 9],
        [1, 1, 2, 2, 1, 1, 0, 0, 0, 0, 5, 4, 3, 17],
        [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 7, 5, 8, 8],
        [3, 3, 2, 2, 1, 1, 0, 0, 1, 1, 8, 9, 3, 16],
        [3, 2, 1, 2, 1, 1, 2, 0, 0, 1, 6, 7, 5, 4],
        [3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 9, 8, 4, 5],
        [2, 3, 3, 1, 2, 3, 1, 4, 0, 2, 10, 11, 2, 3],
        [7, 7, 2, 2, 1, 1, 3, 3, 3, 3, 15, 17, 3, 10],
        [7, 7, 2, 2, 1, 1, 0, 0, 0, 0, 21, 19, 3, 10],
        [5, 1, 1, 1, 1, 1, 0, 0, 0, 0, 5, 4, 1, 1],
        [4, 4, 4, 4, 1, 1, 0, 0, 0, 0, 4, 4, 17, 33],
        [2, 2, 5, 5, 1, 1, 0, 0, 0, 0, 8, 8, 6, 6],
        [3, 3, 1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 3, 3],
    ];

    public static TheoryData<int[]> Geometries => new(GeometrySizes);

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Rows_by_indirection_give_the_convolution(int[] sizes)
    {
        using var sample = new Sample(sizes);
        using var zeros = Tensor.Zeros(new Shape(sample.Geometry.InputChannels));
        sample.CheckForward(new IndirectRows(sample.Geometry, sample.Input.Pointer, zeros.Pointer));
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Rows_of_the_kernel_give_the_convolution_of_unpadded_images(int[] sizes)
    {
        using var sample = new Sample(sizes);
        if (!sample.Geometry.IsPadded && sample.Geometry.DilationWidth == 1)
            sample.CheckForward(new KernelRowRows(sample.Geometry, sample.Input.Pointer));
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Rows_of_the_output_gradient_give_the_inputs_gradient(int[] sizes)
    {
        using var sample = new Sample(sizes);
        var geometry = sample.Geometry;
        using var gradient = RandomTensors.Uniform(sample.OutputShape, new DeterministicRandom(3));
        using var zeros = Tensor.Zeros(new Shape(geometry.OutputChannels));
        using var packed = PackedMatrix.Pack(
            new KernelView(
                sample.Weight.Pointer,
                geometry.Taps,
                geometry.InputChannels,
                geometry.OutputChannels
            ).Transposed()
        );
        using var result = Tensor.Uninitialized(sample.Input.Shape);
        using var workers = new WorkerPool(2);
        MatrixProduct.Run(
            new InputGradientRows(geometry, gradient.Pointer, zeros.Pointer),
            sample.Input.Length / geometry.InputChannels,
            packed,
            result.Pointer,
            Epilogue.None,
            workers
        );
        var expected = ConvolutionOracle.InputGradient(
            DoubleTensor.From(sample.Input),
            DoubleTensor.From(sample.Weight),
            DoubleTensor.From(gradient),
            sample.Window
        );
        Closeness.Demand(expected, result, 2e-6, "gradient by the input");
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void The_geometry_counts_the_places_of_the_window(int[] sizes)
    {
        using var sample = new Sample(sizes);
        Assert.Equal(sample.Window.OutputHeight(sample.Geometry.InputHeight), sample.Geometry.OutputHeight);
        Assert.Equal(sample.Window.OutputWidth(sample.Geometry.InputWidth), sample.Geometry.OutputWidth);
    }

    [Fact]
    public void A_kernel_that_does_not_fit_has_no_place()
    {
        var geometry = new ConvolutionGeometry
        {
            InputHeight = 2,
            InputWidth = 9,
            InputChannels = 1,
            OutputChannels = 1,
            KernelHeight = 3,
            KernelWidth = 3,
            DilationWidth = 5,
        };
        Assert.Equal(0, geometry.OutputHeight);
        Assert.Equal(0, geometry.OutputWidth);
    }

    private sealed class Sample : IDisposable
    {
        private const int Batch = 2;

        public Sample(int[] sizes)
        {
            Geometry = new ConvolutionGeometry
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
                InputChannels = sizes[12],
                OutputChannels = sizes[13],
            };
            Window = new Window(sizes[0], sizes[1])
            {
                StrideHeight = sizes[2],
                StrideWidth = sizes[3],
                DilationHeight = sizes[4],
                DilationWidth = sizes[5],
                Padding = new Padding2D(sizes[6], sizes[7], sizes[8], sizes[9]),
            };
            var random = new DeterministicRandom(11);
            Input = RandomTensors.Uniform(new Shape(Batch, sizes[10], sizes[11], sizes[12]), random);
            Weight = RandomTensors.Uniform(new Shape(sizes[0], sizes[1], sizes[12], sizes[13]), random);
        }

        public ConvolutionGeometry Geometry { get; }

        public Window Window { get; }

        public Tensor Input { get; }

        public Tensor Weight { get; }

        public Shape OutputShape => new(Batch, Geometry.OutputHeight, Geometry.OutputWidth, Geometry.OutputChannels);

        public void CheckForward(RowSource rows)
        {
            var expected = ConvolutionOracle.Apply(DoubleTensor.From(Input), DoubleTensor.From(Weight), null, Window);
            using var workers = new WorkerPool(2);
            foreach (var kernel in TileKernel.All)
            {
                using var packed = PackedMatrix.Pack(
                    Weight.Pointer,
                    Geometry.Taps * Geometry.InputChannels,
                    Geometry.OutputChannels,
                    kernel
                );
                using var output = Tensor.Uninitialized(OutputShape);
                MatrixProduct.Run(rows, Batch * Geometry.OutputPixels, packed, output.Pointer, Epilogue.None, workers);
                Closeness.Demand(expected, output, 2e-6, kernel.Name);
            }
        }

        public void Dispose()
        {
            Input.Dispose();
            Weight.Dispose();
        }
    }
}
