using Graft.Layers.Inference.Steps;

namespace Graft.Layers.Inference;

/// <summary>
/// How a plan divides a batch. The first steps have large values and run on a few images at a time. A step's output is
/// then still in the cache when the next step reads it, and memory is needed for one part only. The later steps have
/// small values and large weights and run on the whole batch. A pure function of sizes.
/// </summary>
/// <param name="Steps">The number of steps that run in parts.</param>
/// <param name="Images">The number of images in a part, at least 1.</param>
internal readonly record struct PlanParts(int Steps, int Images)
{
    /// <summary>The share of the last-level cache for a step's input and output, in bytes.</summary>
    private const long CacheBytes = 32 << 20;

    /// <summary>Chooses the steps and the parts.</summary>
    /// <param name="bytesOfSteps">The bytes that each step reads and writes for one image, without weights.</param>
    /// <param name="batch">The number of images, at least 1.</param>
    public static PlanParts Choose(IReadOnlyList<long> bytesOfSteps, int batch)
    {
        var steps = bytesOfSteps.Count;
        while (steps > 0 && bytesOfSteps[steps - 1] * batch <= CacheBytes)
            steps--;
        if (steps == 0)
            return new PlanParts(0, batch);
        var fitting = Math.Clamp(CacheBytes / Math.Max(1, bytesOfSteps.Take(steps).Max()), 1, batch);
        var parts = (batch + fitting - 1) / fitting;
        return new PlanParts(steps, (int)((batch + parts - 1) / parts));
    }

    /// <summary>Chooses the steps and the parts of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="batch">The number of images, at least 1.</param>
    public static PlanParts Choose(InferencePlan plan, int batch) =>
        Choose([.. plan.CompiledSteps.Select(step => BytesPerImage(plan, step))], batch);

    private static long BytesPerImage(InferencePlan plan, PlanStep step) =>
        step
            .Inputs.Append(step.Output)
            .Select(value => plan.Values[value].Storage)
            .Distinct()
            .Sum(storage => plan.Values[storage].Shape.ElementCount * sizeof(float));
}
