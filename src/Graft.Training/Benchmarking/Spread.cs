namespace Graft.Training.Benchmarking;

/// <summary>The minimum, quartiles and maximum of repeated measurements. Immutable.</summary>
/// <param name="Minimum">The smallest value.</param>
/// <param name="LowerQuartile">A quarter of the values lies below.</param>
/// <param name="Median">Half of the values lie below.</param>
/// <param name="UpperQuartile">A quarter of the values lies above.</param>
/// <param name="Maximum">The largest value.</param>
public sealed record Spread(double Minimum, double LowerQuartile, double Median, double UpperQuartile, double Maximum)
{
    /// <summary>Computes the spread of some values; quartiles between two values are interpolated linearly.</summary>
    /// <param name="values">One value or more, in any order.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Spread Compute(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("The spread of no values is not defined; give at least one.", nameof(values));
        return new Spread(sorted[0], At(0.25), At(0.5), At(0.75), sorted[^1]);

        double At(double share)
        {
            var place = share * (sorted.Length - 1);
            var below = (int)place;
            var above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
        }
    }
}
