using System.Globalization;
using System.Text;
using Graft.Tensors;

namespace Graft.Layers.Inference;

/// <summary>Describes a plan.</summary>
internal static class PlanSummary
{
    /// <inheritdoc cref="InferencePlan.Summary"/>
    public static string Create(InferencePlan plan)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.AppendLine(culture, $"{"output", -18} {"MFLOP", 10} {"weights", 12} step");
        var weights = 0L;
        foreach (var step in plan.CompiledSteps)
        {
            var shape = plan.Values[step.Output].Shape;
            var count = step.WeightCount(Pixels(shape));
            weights += count;
            text.AppendLine(
                culture,
                $"{shape, -18} {(step.Operations == 0 ? "" : (step.Operations / 1e6).ToString("N1", culture)), 10} "
                    + $"{(count == 0 ? "" : count.ToString("N0", culture)), 12} {step.Description}"
            );
        }

        return text.AppendLine(
                culture,
                $"{plan.OutputShape, -18} {plan.OperationsPerImage / 1e6, 10:N1} {weights, 12:N0} all "
                    + $"{plan.CompiledSteps.Count} steps from {plan.InputShape}; {plan.Numerics}"
            )
            .ToString();
    }

    /// <summary>The number of pixels of an image; 1 for other shapes.</summary>
    public static long Pixels(Shape shape) => shape.Rank == 3 ? Math.Max(1, (long)shape[0] * shape[1]) : 1;
}
