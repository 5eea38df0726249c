using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels;
using Graft.Tensors.Kernels.Optimization;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

/// <summary>The optimizers' rules, with vectors of every width, against their formulas in double precision.</summary>
public sealed unsafe class UpdateKernelTests
{
    public static TheoryData<int> Lengths => [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Momentum(int length)
    {
        Check(new MomentumRule(0.1f, 0.9f, 0.01f, nesterov: false), length, (p, g, m, _) =>
        {
            m = (0.9 * m) + g + (0.01 * p);
            return (p - (0.1 * m), m, null);
        });
        Check(new MomentumRule(0.1f, 0.9f, 0.01f, nesterov: true), length, (p, g, m, _) =>
        {
            g += 0.01 * p;
            m = (0.9 * m) + g;
            return (p - (0.1 * (g + (0.9 * m))), m, null);
        });
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Adam(int length) => Check(new AdamRule(0.1, 0.3, 0.9, 0.99, 1e-3, 0.02, 0.95), length, (p, g, m, v) =>
        {
            p *= 0.95;
            g += 0.02 * p;
            m = (0.9 * m) + (0.1 * g);
            v = (0.99 * v) + (0.01 * g * g);
            return (p - (0.1 * m / ((Math.Sqrt(v) / 0.3) + 1e-3)), m, v);
        });

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Root_mean_square(int length) =>
        Check(new RootMeanSquareRule(0.1, 0.9, 0.5, 1e-3, 0.02), length, (p, g, v, m) =>
        {
            g += 0.02 * p;
            v = (0.9 * v) + (0.1 * g * g);
            m = (0.5 * m) + (g / (Math.Sqrt(v) + 1e-3));
            return (p - (0.1 * m), v, m);
        });

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Scaling_and_moving_averages(int length)
    {
        Check(new ScaleRule(0.3f), length, (_, g, m, _) => (0.3 * g, m, null));
        Check(new ApproachRule(0.02f), length, (a, w, m, _) => (a + (0.02 * (w - a)), m, null));
    }

    [Fact]
    public void The_number_of_threads_does_not_show()
    {
        const int Length = 100_003;
        using var expected = Run(null);
        foreach (var threads in (int[])[1, 2, 3])
        {
            using var workers = new WorkerPool(threads);
            using var actual = Run(workers);
            Assert.True(Closeness.SameBits(expected.Span, actual.Span));
        }

        static Tensor Run(WorkerPool? workers)
        {
            var random = new DeterministicRandom(5);
            var values = RandomTensors.Uniform(new Shape(Length), random);
            using var gradients = RandomTensors.Uniform(new Shape(Length), random);
            using var first = Tensor.Zeros(new Shape(Length));
            using var second = Tensor.Zeros(new Shape(Length));
            UpdateKernel.Run(
                new AdamRule(0.1, 0.3, 0.9, 0.99, 1e-8, 0, 1),
                values.Pointer,
                gradients.Pointer,
                first.Pointer,
                second.Pointer,
                Length,
                workers
            );
            values.Span[0] = (float)SquaredNorm.Compute(gradients.Pointer, Length, workers);
            return values;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_sum_of_squares_with_every_width(int length)
    {
        using var values = RandomTensors.Uniform(new Shape(length), new DeterministicRandom(2));
        var expected = values.Span.ToArray().Sum(value => (double)value * value);
        Assert.Equal(
            expected,
            SquaredNorm.Part<Width128, Vector128<float>>(values.Pointer, length),
            1e-6 * Math.Max(1, expected)
        );
        Assert.Equal(
            expected,
            SquaredNorm.Part<Width256, Vector256<float>>(values.Pointer, length),
            1e-6 * Math.Max(1, expected)
        );
        Assert.Equal(
            expected,
            SquaredNorm.Part<Width512, Vector512<float>>(values.Pointer, length),
            1e-6 * Math.Max(1, expected)
        );
    }

    [Fact]
    public void A_sum_of_squares_is_finite_exactly_if_the_numbers_are()
    {
        using var values = Tensor.Zeros(new Shape(10_000));
        values.Span.Fill(3e30f);
        Assert.Equal(9e60 * 10_000, SquaredNorm.Compute(values.Pointer, values.Length, null), 1e58);
        foreach (var wrong in (float[])[float.NaN, float.PositiveInfinity])
        {
            foreach (var place in (int[])[0, 4096, 9_999])
            {
                values.Span.Fill(1);
                values.Span[place] = wrong;
                Assert.False(double.IsFinite(SquaredNorm.Compute(values.Pointer, values.Length, null)));
            }
        }
    }

    private static void Check<TRule>(
        TRule rule,
        int length,
        Func<double, double, double, double, (double Value, double First, double? Second)> oracle
    )
        where TRule : struct, IUpdateRule
    {
        Check<TRule, WidthScalar, float>(rule, length, oracle);
        Check<TRule, Width128, Vector128<float>>(rule, length, oracle);
        Check<TRule, Width256, Vector256<float>>(rule, length, oracle);
        Check<TRule, Width512, Vector512<float>>(rule, length, oracle);
    }

    private static void Check<TRule, TWidth, TVector>(
        TRule rule,
        int length,
        Func<double, double, double, double, (double Value, double First, double? Second)> oracle
    )
        where TRule : struct, IUpdateRule
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var random = new DeterministicRandom(1);
        using var values = RandomTensors.Uniform(new Shape(length), random);
        using var gradients = RandomTensors.Uniform(new Shape(length), random);
        using var first = RandomTensors.Uniform(new Shape(length), random);
        using var second = RandomTensors.Uniform(new Shape(length), random);
        foreach (var state in (Tensor[])[first, second])
        {
            // Averages of squares are not negative.
            foreach (ref var element in state.Span)
                element = Math.Abs(element);
        }

        var expected = new (double Value, double First, double? Second)[length];
        for (var i = 0; i < length; i++)
            expected[i] = oracle(values.Span[i], gradients.Span[i], first.Span[i], second.Span[i]);
        var untouched = second.Span.ToArray();
        var update = new UpdateKernel.Update<TRule>(
            rule,
            values.Pointer,
            gradients.Pointer,
            first.Pointer,
            second.Pointer
        );
        VectorWidth.ForEach<UpdateKernel.Update<TRule>, TWidth, TVector>(length, update);
        Closeness.Demand(Array.ConvertAll(expected, entry => entry.Value), values.Span, 1e-5, "values");
        Closeness.Demand(Array.ConvertAll(expected, entry => entry.First), first.Span, 1e-5, "first");
        if (length > 0 && expected[0].Second is not null)
            Closeness.Demand(Array.ConvertAll(expected, entry => entry.Second!.Value), second.Span, 1e-5, "second");
        else
            Assert.Equal(untouched, second.Span.ToArray());
    }
}
