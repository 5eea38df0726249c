namespace Graft.Layers.Optimizers;

/// <summary>The options of <see cref="Lbfgs"/>.</summary>
public sealed record LbfgsOptions
{
    /// <summary>The maximum number of iterations.</summary>
    public int MaximumIterations { get; init; } = 500;

    /// <summary>The iteration has converged when no element of the gradient has a larger magnitude than this.</summary>
    public double GradientTolerance { get; init; } = 1e-5;

    /// <summary>The number of past steps from which the curvature is estimated.</summary>
    public int Memory { get; init; } = 10;
}

/// <summary>The result of a minimisation.</summary>
/// <param name="Value">The smallest value found.</param>
/// <param name="Iterations">The number of steps taken.</param>
/// <param name="Converged">
/// Whether the gradient met its tolerance, or no further step could reduce the value in this precision.
/// </param>
public readonly record struct LbfgsResult(double Value, int Iterations, bool Converged);

/// <summary>
/// Limited-memory BFGS with a backtracking line search, for smooth convex functions. Liu and Nocedal, "On the limited
/// memory BFGS method for large scale optimization" (1989); Nocedal and Wright, "Numerical Optimization", algorithm
/// 7.4.
/// </summary>
public static class Lbfgs
{
    /// <summary>The share of the decrease predicted by the slope that a step must achieve (Armijo condition).</summary>
    private const double SufficientDecrease = 1e-4;

    private const int MaximumHalvings = 30;

    /// <summary>Computes the value at a point and writes the gradient there.</summary>
    /// <param name="point">The point; read-only and valid only during the call.</param>
    /// <param name="gradient">
    /// Receives the gradient, which is as long as the point; every value must be written. Valid only during the call.
    /// </param>
    /// <returns>The value.</returns>
    public delegate double Objective(double[] point, double[] gradient);

    /// <summary>Minimises a function.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="point">The initial point; receives the minimum.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="cancellationToken">Cancels the work between iterations.</param>
    /// <exception cref="ArithmeticException">The function is not finite at the initial point.</exception>
    public static LbfgsResult Minimize(
        Objective objective,
        double[] point,
        LbfgsOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(point);
        options ??= new();
        var gradient = new double[point.Length];
        var value = objective(point, gradient);
        if (!double.IsFinite(value))
            throw new ArithmeticException(
                $"L-BFGS: the function is {value} at the start; look for values in the features that are not finite."
            );
        var history = new History(options.Memory);
        for (var iteration = 0; iteration < options.MaximumIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (DoubleVectors.LargestMagnitude(gradient) <= options.GradientTolerance)
                return new(value, iteration, true);
            var direction = history.Direction(gradient);
            if (Step(objective, point, value, gradient, direction, firstStep: history.IsEmpty) is not { } step)
            {
                if (history.IsEmpty)
                    return new(value, iteration, true);
                // The curvature estimate gave no descent direction: restart with steepest descent.
                history.Clear();
                continue;
            }

            history.Add(DoubleVectors.Difference(step.Point, point), DoubleVectors.Difference(step.Gradient, gradient));
            (value, gradient) = (step.Value, step.Gradient);
            step.Point.CopyTo(point, 0);
        }

        return new(value, options.MaximumIterations, false);
    }

    private static Trial? Step(
        Objective objective,
        double[] point,
        double value,
        double[] gradient,
        double[] direction,
        bool firstStep
    )
    {
        var slope = DoubleVectors.Dot(gradient, direction);
        if (slope >= 0)
            return null;
        var length = firstStep ? Math.Min(1, 1 / Math.Sqrt(DoubleVectors.Dot(gradient, gradient))) : 1.0;
        for (var i = 0; i < MaximumHalvings; i++, length /= 2)
        {
            var trial = (double[])point.Clone();
            DoubleVectors.AddScaled(trial, length, direction);
            var trialGradient = new double[point.Length];
            var trialValue = objective(trial, trialGradient);
            if (trialValue <= value + (SufficientDecrease * length * slope) && trialValue < value)
                return new Trial(trial, trialValue, trialGradient);
        }

        return null;
    }

    private sealed record Trial(double[] Point, double Value, double[] Gradient);

    /// <summary>The last steps and the change of the gradient over each.</summary>
    private sealed class History(int memory)
    {
        private readonly List<(double[] Step, double[] Change, double Product)> _pairs = [];

        public bool IsEmpty => _pairs.Count == 0;

        public void Clear() => _pairs.Clear();

        public void Add(double[] step, double[] change)
        {
            var product = DoubleVectors.Dot(step, change);
            // Without positive curvature the estimate would lose its positive definiteness.
            if (product <= 1e-12 * DoubleVectors.Dot(change, change))
                return;
            if (_pairs.Count == memory)
                _pairs.RemoveAt(0);
            _pairs.Add((step, change, product));
        }

        /// <summary>The two-loop recursion: minus the estimated inverse Hessian times the gradient.</summary>
        public double[] Direction(double[] gradient)
        {
            var direction = Array.ConvertAll(gradient, value => -value);
            var weights = new double[_pairs.Count];
            for (var i = _pairs.Count - 1; i >= 0; i--)
            {
                var (step, change, product) = _pairs[i];
                weights[i] = DoubleVectors.Dot(step, direction) / product;
                DoubleVectors.AddScaled(direction, -weights[i], change);
            }

            if (!IsEmpty)
            {
                var (_, change, product) = _pairs[^1];
                DoubleVectors.Scale(direction, product / DoubleVectors.Dot(change, change));
            }

            for (var i = 0; i < _pairs.Count; i++)
            {
                var (step, change, product) = _pairs[i];
                DoubleVectors.AddScaled(direction, weights[i] - (DoubleVectors.Dot(change, direction) / product), step);
            }

            return direction;
        }
    }
}
