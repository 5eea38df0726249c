using Graft.Features.Backbones;
using Graft.Imaging;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// What to plan: on which photos, which ways to train are to be compared, and how much time there is. Immutable.
/// </summary>
public sealed record PlanningRequest
{
    /// <summary>The dataset: a folder or a manifest, as training takes it.</summary>
    public required string Data { get; init; }

    /// <summary>
    /// The backbones to compare; when empty, those whose weights are on this machine, or the usual one where there are
    /// none.
    /// </summary>
    public IReadOnlyList<BackboneSource> Backbones { get; init; } = [];

    /// <summary>The methods to compare.</summary>
    public IReadOnlyList<TrainingMethod> Methods { get; init; } = Enum.GetValues<TrainingMethod>();

    /// <summary>How long training may take; what is recommended keeps to it.</summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long the probe should take, all backbones together. Each takes some seconds at least, however short this is.
    /// </summary>
    public TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Decides the split and which photos are tried.</summary>
    public ulong Seed { get; init; }

    /// <summary>As <see cref="TrainingRequest.ValidationFraction"/>.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Whether convolutions are plain sums, as <see cref="Layers.Inference.PlanOptions.Exact"/>.</summary>
    public bool Exact { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
