namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>Where and how often the state of a training is kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The folder, made if need be. It belongs to one training.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// How long after the last checkpoint one is written within an epoch; at the end of an epoch a tenth of that is
    /// enough. It is never so often that writing takes more than a twentieth of the time. Zero writes one after every
    /// step and epoch.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whatever else decides the training's result and is not known to the trainer, such as a digest of the data set; a
    /// checkpoint with another one is refused.
    /// </summary>
    public string Identity { get; init; } = "";

    /// <summary>Receives damaged checkpoints, and of those that could not be written, in whole sentences.</summary>
    public IProgress<string>? Notices { get; init; }
}
