using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.InvertedResidual;

namespace Graft.Tensors.Tests.Kernels;

public sealed class InvertedResidualBlockingTests
{
    [Fact]
    public void Every_band_has_rows_and_the_ring_holds_what_a_chunk_sees()
    {
        var cases =
            from size in Gen.Choose(1, 130)
            from channels in Gen.Choose(1, 1200)
            from stride in Gen.Choose(1, 3)
            from kernel in Gen.Elements(3, 5, 7)
            from batch in Gen.Choose(1, 40)
            from threads in Gen.Choose(1, 64)
            select (size, channels, stride, kernel, batch, threads);
        Prop.ForAll(cases.ToArbitrary(), sizes =>
            {
                var (size, channels, stride, kernel, batch, threads) = sizes;
                var geometry = Square(size, channels, kernel, stride);
                var blocking = InvertedResidualBlocking.For(geometry, batch, threads);
                var seen = ((blocking.ChunkRows - 1) * stride) + kernel;
                return blocking.Bands >= 1
                    && blocking.Bands <= geometry.OutputHeight
                    && blocking.ChunkRows >= 1
                    && blocking.ChunkRows <= geometry.OutputHeight
                    && blocking.RingRows == Math.Min(seen, size)
                    // No thread is without work as long as there are rows.
                    && (blocking.Bands * batch >= threads || blocking.Bands == geometry.OutputHeight);
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Many_images_are_not_cut()
    {
        Assert.Equal(1, InvertedResidualBlocking.For(Square(112, 96, 3, 2), batch: 16, threads: 2).Bands);
        Assert.Equal(1, InvertedResidualBlocking.For(Square(112, 96, 3, 2), batch: 1, threads: 1).Bands);
    }

    [Fact]
    public void Small_images_go_through_as_a_whole() =>
        Assert.Equal(
            new InvertedResidualBlocking(1, 7, 7),
            InvertedResidualBlocking.For(Square(7, 960, 3, 1), batch: 16, threads: 2)
        );

    private static ConvolutionGeometry Square(int size, int channels, int kernel, int stride) =>
        new()
        {
            InputHeight = size,
            InputWidth = size,
            InputChannels = channels,
            OutputChannels = channels,
            KernelHeight = kernel,
            KernelWidth = kernel,
            StrideHeight = stride,
            StrideWidth = stride,
            PaddingTop = kernel / 2,
            PaddingLeft = kernel / 2,
            PaddingBottom = kernel / 2,
            PaddingRight = kernel / 2,
        };
}
