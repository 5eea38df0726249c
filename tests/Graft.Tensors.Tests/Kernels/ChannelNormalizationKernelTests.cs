using Graft.Tensors.Kernels.Elementwise;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class ChannelNormalizationKernelTests
{
    private const float Untouched = 12345;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_value_is_that_of_the_formula(bool reverse)
    {
        float[] mean = [0.485f, 0.456f, 0.406f];
        float[] deviation = [0.229f, 0.224f, 0.225f];
        const float Scale = 1 / 255f;
        var kernel = new ChannelNormalizationKernel(reverse, Scale, mean, deviation);
        foreach (var pixels in new[] { 0, 1, 2, 5, 7, 15, 16, 17, 31, 33, 224 })
        {
            using var source = RandomTensors.Uniform(new Shape((pixels * 3) + 1), new DeterministicRandom(5));
            using var target = Tensor.Uninitialized(new Shape((pixels * 3) + 1));
            target.Span.Fill(Untouched);
            kernel.Run(source.Pointer, target.Pointer, pixels);
            for (var i = 0; i < pixels * 3; i++)
            {
                var channel = i % 3;
                var value = source.Span[reverse ? i - channel + 2 - channel : i];
                Assert.Equal(((value * Scale) - mean[channel]) / deviation[channel], target.Span[i]);
            }

            Assert.Equal(Untouched, target.Span[pixels * 3]);
        }
    }
}
