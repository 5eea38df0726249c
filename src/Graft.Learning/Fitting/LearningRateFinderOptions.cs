using Graft.Layers.Losses;

namespace Graft.Learning.Fitting;

/// <summary>The options of <see cref="LearningRateFinder"/>.</summary>
public sealed record LearningRateFinderOptions
{
    /// <summary>The rate of the first step, above 0.</summary>
    public double Smallest { get; init; } = 1e-7;

    /// <summary>The rate of the last step, above that of the first.</summary>
    public double Largest { get; init; } = 10;

    /// <summary>The maximum number of steps, 2 or more.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>The share of the losses' moving average that each step keeps; at least 0 and below 1.</summary>
    public double Smoothing { get; init; } = 0.9;

    /// <summary>The search ends when the smoothed loss exceeds its smallest value by this factor, above 1.</summary>
    public double Divergence { get; init; } = 4;

    /// <summary>Label smoothing and class weights.</summary>
    public CrossEntropyOptions Loss { get; init; } = new();

    /// <summary>Determines the random numbers of dropout.</summary>
    public ulong Seed { get; init; }

    internal LearningRateFinderOptions Validated()
    {
        if (!(Smallest > 0 && Largest > Smallest && double.IsFinite(Largest)))
            throw new ArgumentException(
                $"Looking for a learning rate: the rate must rise from a value above 0 to a larger one, not from "
                    + $"{Smallest} to {Largest}."
            );
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 2);
        if (!(Smoothing is >= 0 and < 1) || !(Divergence > 1))
            throw new ArgumentException(
                $"Looking for a learning rate: the smoothing must be at least 0 and below 1 and the divergence "
                    + $"above 1, not {Smoothing} and {Divergence}."
            );
        return this;
    }
}
