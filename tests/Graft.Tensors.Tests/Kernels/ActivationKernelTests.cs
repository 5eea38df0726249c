using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels;
using Graft.Tensors.Kernels.Elementwise;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class ActivationKernelTests
{
    /// <summary>Around every vector width.</summary>
    private static readonly int[] Lengths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 1001];

    [Fact]
    public void Sigmoid_is_exact_to_a_few_units_in_the_last_place() =>
        Check<SigmoidFunction>(x => 1 / (1 + Math.Exp(-x)), 3);

    [Fact]
    public void Swish_is_exact_to_a_few_units_in_the_last_place() =>
        Check<SwishFunction>(x => x / (1 + Math.Exp(-x)), 3);

    [Fact]
    public void Hard_sigmoid_is_exact_but_for_its_rounded_slope() =>
        CheckAbsolute<HardSigmoidFunction>(x => Math.Clamp(x + 3, 0, 6) / 6, 1e-7);

    [Fact]
    public void Hard_swish_is_exact_but_for_its_rounded_slope() =>
        CheckAbsolute<HardSwishFunction>(x => x * Math.Clamp(x + 3, 0, 6) / 6, 3e-7);

    private static void Check<TFunction>(Func<double, double> exact, int units)
        where TFunction : struct, IActivationFunction
    {
        var values = Enumerable.Range(-16_000, 32_001).Select(i => i / 200f).ToArray();
        var results = Apply<TFunction>(values);
        for (var i = 0; i < values.Length; i++)
        {
            var expected = (float)exact(values[i]);
            var unit = MathF.BitIncrement(MathF.Abs(expected)) - MathF.Abs(expected);
            Assert.True(
                Math.Abs(results[i] - exact(values[i])) <= units * unit,
                $"f({values[i]}) should be {expected:R}, is {results[i]:R}."
            );
        }

        CheckRest<TFunction>();
    }

    private static void CheckAbsolute<TFunction>(Func<double, double> exact, double tolerance)
        where TFunction : struct, IActivationFunction
    {
        var values = Enumerable.Range(-4000, 8001).Select(i => i / 1000f).ToArray();
        Closeness.Demand(
            [.. values.Select(value => exact(value))],
            Apply<TFunction>(values),
            tolerance,
            typeof(TFunction).Name
        );
        CheckRest<TFunction>();
    }

    private static void CheckRest<TFunction>()
        where TFunction : struct, IActivationFunction
    {
        var random = new DeterministicRandom(3);
        foreach (var length in Lengths)
        {
            var values = new float[length];
            foreach (ref var value in values.AsSpan())
                value = (random.NextSingle() - 0.5f) * 40;
            if (length > 2)
                values[^2] = float.NaN;
            var expected = Part<TFunction, WidthScalar, float>(values);
            Assert.True(Closeness.SameBits(expected, Part<TFunction, Width128, Vector128<float>>(values)));
            Assert.True(Closeness.SameBits(expected, Part<TFunction, Width256, Vector256<float>>(values)));
            Assert.True(Closeness.SameBits(expected, Part<TFunction, Width512, Vector512<float>>(values)));
            Assert.True(Closeness.SameBits(expected, Apply<TFunction>(values)));
            for (var i = 0; i < length; i++)
                Assert.Equal(float.IsNaN(values[i]), float.IsNaN(expected[i]));
        }
    }

    private static float[] Apply<TFunction>(float[] values)
        where TFunction : struct, IActivationFunction
    {
        using var workers = new WorkerPool(2);
        var results = new float[values.Length];
        fixed (float* input = values)
        fixed (float* output = results)
            ActivationKernel.Apply<TFunction>(input, output, values.Length, workers);
        return results;
    }

    private static float[] Part<TFunction, TWidth, TVector>(float[] values)
        where TFunction : struct, IActivationFunction
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var results = new float[values.Length];
        fixed (float* input = values)
        fixed (float* output = results)
            VectorWidth.ForEach<ActivationKernel.Function<TFunction>, TWidth, TVector>(
                values.Length,
                new(input, output)
            );
        return results;
    }
}
