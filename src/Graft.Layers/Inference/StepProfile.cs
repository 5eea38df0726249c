using Graft.Layers.Inference.Steps;

namespace Graft.Layers.Inference;

/// <summary>The time of one step of a plan. Immutable.</summary>
/// <param name="Description">What the step does: its node, and what is fused with it.</param>
/// <param name="Seconds">The median time of the whole batch, in seconds.</param>
/// <param name="FastestSeconds">The shortest time.</param>
/// <param name="SlowestSeconds">The longest time.</param>
/// <param name="Operations">
/// Floating-point operations for the whole batch, a multiplication with its addition counted as two and every
/// convolution as a direct one; 0 for steps that are not made of such pairs.
/// </param>
/// <param name="Bytes">
/// Bytes that the step must at least move: what it reads, what it writes, and its weights, each once.
/// </param>
public sealed record StepProfile(
    string Description,
    double Seconds,
    double FastestSeconds,
    double SlowestSeconds,
    long Operations,
    long Bytes
)
{
    /// <summary>Thousand million operations a second, at the median time.</summary>
    public double GigaflopsPerSecond => Seconds > 0 ? Operations / Seconds / 1e9 : 0;

    /// <summary>Thousand million bytes a second, at the median time.</summary>
    public double GigabytesPerSecond => Seconds > 0 ? Bytes / Seconds / 1e9 : 0;

    /// <summary>Operations for each byte moved: the horizontal axis of a roofline.</summary>
    public double Intensity => Bytes > 0 ? (double)Operations / Bytes : 0;

    internal static StepProfile Create(InferencePlan plan, PlanStep step, int batch, double[] seconds)
    {
        Array.Sort(seconds);
        var middle = seconds.Length / 2;
        var median = seconds.Length % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
        var output = plan.Values[step.Output].Shape;
        var values = step.Inputs.Append(step.Output).Sum(value => plan.Values[value].Shape.ElementCount);

        var weights = step.WeightCount(PlanSummary.Pixels(output));
        return new StepProfile(
            step.Description,
            median,
            seconds[0],
            seconds[^1],
            step.Operations * batch,
            ((values * batch) + weights) * sizeof(float)
        );
    }
}
