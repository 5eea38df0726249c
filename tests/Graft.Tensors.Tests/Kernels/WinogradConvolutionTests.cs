using FsCheck;
using FsCheck.Fluent;
using Graft.Layers;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed class WinogradConvolutionTests
{
    /// <summary>Of the largest magnitude; sums of up to 600 products of numbers up to 1.</summary>
    private const double Tolerance = 1e-5;

    private static readonly Padding2D One = new(1, 1, 1, 1);

    public static TheoryData<string> Kernels => KernelCase.Names;

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_map_size_gives_the_convolution(string name)
    {
        for (var size = 1; size <= 15; size++)
        {
            foreach (var batch in new[] { 1, 5 })
                Check(batch, size, 1 + (size * 7 % 15), 3, 5, One, KernelCase.Named(name));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_number_of_channels_gives_the_convolution(string name)
    {
        var kernel = KernelCase.Named(name);
        var width = kernel.Columns / 2;
        int[] channels = [1, 3, width - 1, width, width + 1, (2 * width) - 1, 2 * width, (2 * width) + 1, 64];
        foreach (var inputs in channels.Where(count => count > 0).Distinct())
            Check(1, 5, 6, inputs, 7, One, kernel);
        foreach (var outputs in channels.Where(count => count > 0).Distinct())
            Check(2, 6, 5, 4, outputs, One, kernel);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(2, 2, 2, 2)]
    [InlineData(0, 1, 2, 3)]
    [InlineData(5, 0, 0, 7)]
    public void Any_padding_gives_the_convolution(int top, int left, int bottom, int right)
    {
        foreach (var (height, width) in new[] { (3, 3), (4, 9), (7, 5), (1, 2) })
            Check(2, height, width, 5, 6, new Padding2D(top, left, bottom, right), TileKernel.Best);
    }

    [Theory]
    [InlineData(9, 7)]
    [InlineData(5, 14)]
    [InlineData(8, 2)]
    public void Results_are_the_same_for_any_vectors_threads_blocks_and_batches(int height, int width)
    {
        using var sample = new WinogradSample(5, height, width, 37, 67, One);
        using var reference = sample.Run(TileKernel.Best, fused: true, threads: 1);
        foreach (var kernel in TileKernel.All)
        {
            foreach (var threads in new[] { 1, 2, 3 })
            {
                foreach (
                    var blocking in new WinogradBlocking?[]
                    {
                        null,
                        new(6, false, 37, 2),
                        new(12, false, 11, 2),
                        new(12, true, 8, 2),
                        new(600, true, 37, 2),
                    }
                )
                {
                    using var result = sample.Run(kernel, fused: true, threads, blocking);
                    Assert.True(
                        Closeness.SameBits(reference.Span, result.Span),
                        $"{kernel.Name}, {threads} threads, {blocking}"
                    );
                }

                foreach (
                    var blocking in new WinogradBlocking?[]
                    {
                        null,
                        new(12, true, 8, 2),
                        new(600, true, 37, 4),
                        new(6, true, 20, 2),
                    }
                )
                {
                    using var result = sample.Run(kernel, fused: true, threads, blocking, isWhole: false);
                    Assert.True(
                        Closeness.SameBits(reference.Span, result.Span),
                        $"weights finished on the way, {kernel.Name}, {threads} threads, {blocking}"
                    );
                }
            }

            for (var image = 0; image < sample.Batch; image++)
            {
                using var alone = sample.Run(kernel, fused: true, images: (image, 1));
                Assert.True(Closeness.SameBits(reference.Rows(image), alone.Span), $"image {image}");
                using var rest = sample.Run(kernel, fused: true, images: (image, sample.Batch - image));
                Assert.True(
                    Closeness.SameBits(reference.Rows(image, sample.Batch - image), rest.Span),
                    $"images from {image}"
                );
            }
        }
    }

    [Fact]
    public void No_images_are_no_work()
    {
        using var sample = new WinogradSample(0, 4, 4, 3, 3, One);
        using var result = sample.Run(TileKernel.Best);
        Assert.Equal(0, result.Length);
    }

    [Fact]
    public void Any_sizes_give_the_convolution()
    {
        var cases =
            from batch in Gen.Choose(1, 3)
            from height in Gen.Choose(1, 12)
            from width in Gen.Choose(1, 12)
            from inputs in Gen.Choose(1, 20)
            from outputs in Gen.Choose(1, 40)
            from padding in Gen.ArrayOf(Gen.Choose(1, 3), 4)
            select (
                batch,
                height,
                width,
                inputs,
                outputs,
                new Padding2D(padding[0], padding[1], padding[2], padding[3])
            );
        Prop.ForAll(cases.ToArbitrary(), sizes =>
                Check(sizes.batch, sizes.height, sizes.width, sizes.inputs, sizes.outputs, sizes.Item6, TileKernel.Best)
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(12, 64)]
    [InlineData(12, 300)]
    [InlineData(9, 300)]
    [InlineData(7, 300)]
    [InlineData(5, 300)]
    public void The_error_is_a_few_roundings(int size, int channels)
    {
        using var sample = new WinogradSample(1, size, size, channels, 8, One);
        var exact = sample.Expected(fused: false).Values.Select(value => (float)value).ToArray();
        using var result = sample.Run(TileKernel.Best);
        Assert.InRange(Closeness.RelativeDistance(exact, result.Span), 1e-9, 2e-6);
    }

    private static void Check(
        int batch,
        int height,
        int width,
        int inputs,
        int outputs,
        Padding2D padding,
        TileKernel kernel
    )
    {
        using var sample = new WinogradSample(batch, height, width, inputs, outputs, padding);
        foreach (var fused in new[] { false, true })
        {
            var expected = sample.Expected(fused);
            foreach (var isWhole in new[] { true, false })
            {
                using var result = sample.Run(kernel, fused, isWhole: isWhole);
                Closeness.Demand(
                    expected,
                    result,
                    Tolerance,
                    $"{sample.OutputShape}, fused {fused}, whole weights {isWhole}, {kernel.Name}"
                );
            }
        }
    }
}
