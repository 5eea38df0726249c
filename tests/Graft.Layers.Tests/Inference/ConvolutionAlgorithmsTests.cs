using FsCheck;
using FsCheck.Fluent;
using Graft.Layers.Inference.Steps;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Tests.Inference;

public sealed class ConvolutionAlgorithmsTests
{
    [Theory]
    [InlineData(224, 64)]
    [InlineData(56, 64)]
    [InlineData(28, 128)]
    [InlineData(14, 256)]
    [InlineData(9, 256)]
    [InlineData(7, 512)]
    [InlineData(4, 512)]
    [InlineData(5, 512)]
    [InlineData(6, 64)]
    public void Maps_of_a_tile_and_more_use_winograds_algorithm(int size, int channels) =>
        Assert.Equal(
            ConvolutionAlgorithm.Winograd,
            ConvolutionAlgorithms.Choose(Geometry(size, channels), exact: false)
        );

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Maps_smaller_than_a_tile_are_computed_directly(int size) =>
        Assert.Equal(ConvolutionAlgorithm.Indirect, ConvolutionAlgorithms.Choose(Geometry(size, 64), exact: false));

    [Fact]
    public void A_line_of_pixels_is_computed_directly() =>
        Assert.Equal(
            ConvolutionAlgorithm.Indirect,
            ConvolutionAlgorithms.Choose(Geometry(1, 64) with { InputWidth = 100 }, exact: false)
        );

    [Fact]
    public void Few_channels_are_computed_directly()
    {
        Assert.Equal(
            ConvolutionAlgorithm.KernelRows,
            ConvolutionAlgorithms.Choose(
                Geometry(224, 64) with
                {
                    InputChannels = 3,
                    PaddingTop = 0,
                    PaddingLeft = 0,
                    PaddingBottom = 0,
                    PaddingRight = 0,
                },
                exact: false
            )
        );
        Assert.Equal(
            ConvolutionAlgorithm.Indirect,
            ConvolutionAlgorithms.Choose(Geometry(224, 64) with { OutputChannels = 3 }, exact: false)
        );
    }

    [Fact]
    public void One_by_one_kernels_are_matrix_products()
    {
        var geometry = new ConvolutionGeometry
        {
            InputHeight = 8,
            InputWidth = 8,
            InputChannels = 64,
            OutputChannels = 64,
            KernelHeight = 1,
            KernelWidth = 1,
        };
        Assert.Equal(ConvolutionAlgorithm.Pointwise, ConvolutionAlgorithms.Choose(geometry, exact: false));
    }

    [Fact]
    public void Winograd_is_only_for_plain_three_by_three_kernels_and_never_when_exact()
    {
        var cases =
            from height in Gen.Choose(1, 40)
            from width in Gen.Choose(1, 40)
            from channels in Gen.Elements(1, 3, 16, 64, 512)
            from kernel in Gen.Elements((1, 1), (3, 3), (3, 1), (5, 5), (3, 5))
            from stride in Gen.Elements(1, 1, 2)
            from dilation in Gen.Elements(1, 1, 2)
            from exact in Gen.Elements(true, false)
            select (
                Geometry(height, channels) with
                {
                    InputWidth = width,
                    KernelHeight = kernel.Item1,
                    KernelWidth = kernel.Item2,
                    StrideHeight = stride,
                    DilationWidth = dilation,
                },
                exact
            );
        Prop.ForAll(cases.ToArbitrary(), sample =>
            {
                var (geometry, exact) = sample;
                var isPlain = geometry is { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, DilationWidth: 1 };
                var isWinograd = ConvolutionAlgorithms.Choose(geometry, exact) == ConvolutionAlgorithm.Winograd;
                return !isWinograd || (isPlain && !exact);
            })
            .QuickCheckThrowOnFailure();
    }

    private static ConvolutionGeometry Geometry(int size, int channels) =>
        new()
        {
            InputHeight = size,
            InputWidth = size,
            InputChannels = channels,
            OutputChannels = channels,
            KernelHeight = 3,
            KernelWidth = 3,
            PaddingTop = 1,
            PaddingLeft = 1,
            PaddingBottom = 1,
            PaddingRight = 1,
        };
}
