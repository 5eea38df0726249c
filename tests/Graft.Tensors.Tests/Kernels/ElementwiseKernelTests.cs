using Graft.Tensors.Kernels.Elementwise;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class ElementwiseKernelTests
{
    /// <summary>Around every vector width, and over several tasks.</summary>
    public static TheoryData<int> Lengths =>
        [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, (1 << 15) - 1, 1 << 15, (1 << 15) + 1, 100_003];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_are_clamped(int length)
    {
        var random = new DeterministicRandom(9);
        using var left = RandomTensors.Uniform(new Shape(length), random);
        using var right = RandomTensors.Uniform(new Shape(length), random);
        using var output = Guarded(length);
        using var workers = new WorkerPool(2);
        ElementwiseKernel.AddAndClamp(left.Pointer, right.Pointer, output.Pointer, length, -0.5f, 0.75f, workers);
        for (var i = 0; i < length; i++)
            Assert.Equal(Math.Clamp(left.Span[i] + right.Span[i], -0.5f, 0.75f), output.Span[i]);
        Assert.Equal(7, output.Span[length]);
        ElementwiseKernel.AddAndClamp(left.Pointer, null, output.Pointer, length, 0, float.PositiveInfinity, workers);
        for (var i = 0; i < length; i++)
            Assert.Equal(Math.Max(0, left.Span[i]), output.Span[i]);
        Assert.Equal(7, output.Span[length]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Products(int length)
    {
        var random = new DeterministicRandom(12);
        using var left = RandomTensors.Uniform(new Shape(length), random);
        using var right = RandomTensors.Uniform(new Shape(length), random);
        using var output = Guarded(length);
        using var workers = new WorkerPool(2);
        ElementwiseKernel.Multiply(left.Pointer, right.Pointer, output.Pointer, length, workers);
        for (var i = 0; i < length; i++)
            Assert.Equal(left.Span[i] * right.Span[i], output.Span[i]);
        Assert.Equal(7, output.Span[length]);
    }

    [Fact]
    public void ReLU_keeps_not_a_number_and_infinity()
    {
        const int Length = 100;
        using var workers = new WorkerPool(1);
        for (var place = 0; place < Length; place++)
        {
            using var values = Tensor.Zeros(new Shape(Length));
            values.Span[place] = float.NaN;
            ElementwiseKernel.AddAndClamp(values.Pointer, null, values.Pointer, Length, 0, 6, workers);
            Assert.True(float.IsNaN(values.Span[place]));
            values.Span[place] = float.PositiveInfinity;
            ElementwiseKernel.AddAndClamp(
                values.Pointer,
                null,
                values.Pointer,
                Length,
                0,
                float.PositiveInfinity,
                workers
            );
            Assert.Equal(float.PositiveInfinity, values.Span[place]);
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(5, 16)]
    [InlineData(3, 17)]
    [InlineData(9, 31)]
    [InlineData(2000, 65)]
    public void Scale_and_shift_round_once_where_the_processor_can(int pixels, int channels)
    {
        var random = new DeterministicRandom(10);
        using var input = RandomTensors.Uniform(new Shape(pixels, channels), random);
        using var scale = RandomTensors.Uniform(new Shape(channels), random);
        using var shift = RandomTensors.Uniform(new Shape(channels), random);
        using var output = Guarded(pixels * channels);
        using var workers = new WorkerPool(2);

        // Several times, as the runtime compiles it anew when it has run a while: the bits must stay.
        for (var round = 0; round < 40; round++)
        {
            ElementwiseKernel.ScaleAndShift(
                input.Pointer,
                scale.Pointer,
                shift.Pointer,
                output.Pointer,
                pixels,
                channels,
                workers
            );
            for (var i = 0; i < input.Length; i++)
                Assert.Equal(
                    KernelCase.MultiplyAdd(input.Span[i], scale.Span[i % channels], shift.Span[i % channels]),
                    output.Span[i]
                );
        }

        Assert.Equal(7, output.Span[input.Length]);
    }

    private static Tensor Guarded(int length)
    {
        var tensor = Tensor.Uninitialized(new Shape(length + 32));
        tensor.Span.Fill(7);
        return tensor;
    }
}
