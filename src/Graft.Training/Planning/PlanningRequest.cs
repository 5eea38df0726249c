using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Imaging;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// What to plan: the images, the backbones and methods to compare, and the available time. Immutable.
/// </summary>
public sealed record PlanningRequest
{
    /// <summary>The dataset: a folder or a manifest, as for training.</summary>
    public required string Data { get; init; }

    /// <summary>
    /// The backbones to compare. If empty, those whose weights are on this machine; if there are none, the default one.
    /// </summary>
    public IReadOnlyList<BackboneSource> Backbones { get; init; } = [];

    /// <summary>The methods to compare.</summary>
    public IReadOnlyList<TrainingMethod> Methods { get; init; } = Enum.GetValues<TrainingMethod>();

    /// <summary>The time budget for training; the recommended route keeps to it if any does.</summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The intended duration of the probe for all backbones together. Each takes a few seconds at least.
    /// </summary>
    public TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The seed of the split and of the sample of images.</summary>
    public ulong Seed { get; init; }

    /// <summary>See <see cref="TrainingRequest.ValidationFraction"/>.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>What runs the trunk; Graft's own engine by default.</summary>
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
