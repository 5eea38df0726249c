using Graft.Layers.Optimizers;

namespace Graft.Layers.Tests;

public sealed class LbfgsTests
{
    private static readonly LbfgsOptions Accurate = new() { GradientTolerance = 1e-9, MaximumIterations = 2000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 100)]
    [InlineData(50, 1e4)]
    public void It_finds_the_minimum_of_a_quadratic(int size, double condition)
    {
        // sum of scale_i / 2 * (x_i - i)^2 + 7: the minimum is 7 at x_i = i.
        var scales = Enumerable
            .Range(0, size)
            .Select(i => Math.Pow(condition, (double)i / Math.Max(1, size - 1)))
            .ToArray();
        var point = new double[size];
        var result = Lbfgs.Minimize(
            (x, gradient) =>
            {
                var value = 7.0;
                for (var i = 0; i < x.Length; i++)
                {
                    gradient[i] = scales[i] * (x[i] - i);
                    value += gradient[i] * (x[i] - i) / 2;
                }

                return value;
            },
            point,
            Accurate,
            Token
        );
        Assert.True(result.Converged);
        Assert.Equal(7, result.Value, 1e-9);
        for (var i = 0; i < size; i++)
            Assert.Equal(i, point[i], 1e-6);
    }

    [Theory]
    [InlineData(-1.2, 1)]
    [InlineData(0, 0)]
    [InlineData(3, -4)]
    [InlineData(-30, 50)]
    [InlineData(1, 1)]
    public void It_finds_the_minimum_of_Rosenbrocks_valley(double x, double y)
    {
        double[] point = [x, y];
        var result = Lbfgs.Minimize(Rosenbrock, point, Accurate, Token);
        Assert.True(result.Converged);
        Assert.Equal(1, point[0], 1e-6);
        Assert.Equal(1, point[1], 1e-6);
        Assert.Equal(0, result.Value, 1e-12);
    }

    [Fact]
    public void A_start_at_the_minimum_takes_no_step()
    {
        double[] point = [1, 1];
        Assert.Equal(new LbfgsResult(0, 0, true), Lbfgs.Minimize(Rosenbrock, point, null, Token));
        Assert.Equal([1, 1], point);
    }

    [Fact]
    public void Too_few_iterations_are_told_and_the_best_point_is_kept()
    {
        double[] point = [-1.2, 1];
        var result = Lbfgs.Minimize(Rosenbrock, point, Accurate with { MaximumIterations = 5 }, Token);
        Assert.False(result.Converged);
        Assert.Equal(5, result.Iterations);
        Assert.Equal(result.Value, Rosenbrock(point, new double[2]));
        Assert.True(result.Value < 24.2);
    }

    [Fact]
    public void The_value_never_rises_from_step_to_step()
    {
        var values = new List<double>();
        for (var iterations = 0; iterations < 30; iterations++)
            values.Add(
                Lbfgs.Minimize(Rosenbrock, [-1.2, 1], Accurate with { MaximumIterations = iterations }, Token).Value
            );
        Assert.Equal(values.OrderDescending(), values);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_function_that_is_not_finite_at_the_start_is_refused(double value)
    {
        var error = Assert.Throws<ArithmeticException>(() => Lbfgs.Minimize((_, _) => value, [1.0], null, Token));
        Assert.Contains("L-BFGS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_to_where_the_function_is_not_a_number_is_shortened()
    {
        // x - log(x), whose minimum is at 1; steps that are too long lead below zero, where it is not defined.
        double[] point = [30];
        var result = Lbfgs.Minimize(
            (x, gradient) =>
            {
                gradient[0] = 100 * (1 - (1 / x[0]));
                return x[0] > 0 ? 100 * (x[0] - Math.Log(x[0])) : double.NaN;
            },
            point,
            Accurate,
            Token
        );
        Assert.True(result.Converged);
        Assert.Equal(1, point[0], 1e-6);
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        var calls = 0;
        Assert.Throws<OperationCanceledException>(() =>
            Lbfgs.Minimize(
                (x, gradient) =>
                {
                    if (++calls == 10)
                        source.Cancel();
                    return Rosenbrock(x, gradient);
                },
                [-1.2, 1],
                Accurate,
                source.Token
            )
        );
        Assert.InRange(calls, 10, 50);
    }

    private static double Rosenbrock(double[] at, double[] gradient)
    {
        var (x, y) = (at[0], at[1]);
        gradient[0] = (-2 * (1 - x)) - (400 * x * (y - (x * x)));
        gradient[1] = 200 * (y - (x * x));
        return ((1 - x) * (1 - x)) + (100 * (y - (x * x)) * (y - (x * x)));
    }
}
