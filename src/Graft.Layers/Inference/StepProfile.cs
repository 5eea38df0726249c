using Graft.Layers.Inference.Steps;

namespace Graft.Layers.Inference;

/// <summary>The time of one step of a plan. Immutable.</summary>
/// <param name="Description">A description of the step: its node, and the nodes fused with it.</param>
/// <param name="Seconds">The median time for the whole batch, in seconds.</param>
/// <param name="FastestSeconds">The shortest time, in seconds.</param>
/// <param name="SlowestSeconds">The longest time, in seconds.</param>
/// <param name="Operations">
/// Floating-point operations for the whole batch. A multiplication with its addition counts as two, and every
/// convolution counts as a direct one; 0 for steps that do not consist of such pairs.
/// </param>
/// <param name="Bytes">
/// The fewest bytes that the step must move: its inputs, its output and its weights, each once.
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
    /// <summary>Billions of operations per second, at the median time.</summary>
    public double GigaflopsPerSecond => Seconds > 0 ? Operations / Seconds / 1e9 : 0;

    /// <summary>Billions of bytes per second, at the median time.</summary>
    public double GigabytesPerSecond => Seconds > 0 ? Bytes / Seconds / 1e9 : 0;

    /// <summary>Operations per byte moved: the horizontal axis of a roofline plot.</summary>
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
