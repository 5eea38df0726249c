using Graft.Features;
using Graft.Learning;
using Graft.Learning.Fitting;
using Graft.Models.Downloads;

namespace Graft.Training.Runs;

/// <summary>The phases of a run, in order.</summary>
public enum RunPhase
{
    /// <summary>Files are listed, hashed and looked up.</summary>
    Scan,

    /// <summary>The backbone's weights are fetched, if need be, and loaded.</summary>
    Backbone,

    /// <summary>Features are computed.</summary>
    Features,

    /// <summary>
    /// What is learned sets temperature and thresholds alone; another training from all images follows.
    /// </summary>
    Calibration,

    /// <summary>The head is fitted.</summary>
    Head,

    /// <summary>A learning rate is looked for.</summary>
    LearningRate,

    /// <summary>The classifier is measured, and everything written.</summary>
    Evaluate,
}

/// <summary>How far a run is. Where a property is set, the report is about that.</summary>
/// <param name="Phase">What is being done.</param>
public sealed record RunProgress(RunPhase Phase)
{
    /// <summary>How far a download is.</summary>
    public PullProgress? Pull { get; init; }

    /// <summary>How far the features are.</summary>
    public FeatureProgress? Features { get; init; }

    /// <summary>How far training is in its epoch.</summary>
    public TrainingProgress? Batch { get; init; }

    /// <summary>An epoch that ended.</summary>
    public EpochResult? Epoch { get; init; }

    /// <summary>Something that the user should know, a whole sentence.</summary>
    public string? Notice { get; init; }
}
