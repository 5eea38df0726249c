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

    /// <summary>The backbone's weights are downloaded, if necessary, and loaded.</summary>
    Backbone,

    /// <summary>Features are computed.</summary>
    Features,

    /// <summary>
    /// The model is trained without the calibration split to set temperature and thresholds. A refit on all images
    /// follows.
    /// </summary>
    Calibration,

    /// <summary>The head is fitted.</summary>
    Head,

    /// <summary>The learning rate search.</summary>
    LearningRate,

    /// <summary>The classifier is evaluated and the files are written.</summary>
    Evaluate,
}

/// <summary>A progress report of a run. At most one of the properties besides the phase is set.</summary>
/// <param name="Phase">The current phase.</param>
public sealed record RunProgress(RunPhase Phase)
{
    /// <summary>The progress of a download.</summary>
    public PullProgress? Pull { get; init; }

    /// <summary>The progress of feature extraction.</summary>
    public FeatureProgress? Features { get; init; }

    /// <summary>The progress of training within its epoch.</summary>
    public TrainingProgress? Batch { get; init; }

    /// <summary>The result of an epoch that has ended.</summary>
    public EpochResult? Epoch { get; init; }

    /// <summary>A notice for the user, a whole sentence.</summary>
    public string? Notice { get; init; }
}
