namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>Where and how often the state of a training is saved.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The folder, which is created if necessary. It belongs to one training.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The time after the last checkpoint until another is written within an epoch; at the end of an epoch a tenth of
    /// it is enough. Writing never takes more than a twentieth of the time. Zero writes a checkpoint after every step
    /// and epoch.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Anything else that determines the training's result but is unknown to the trainer, such as a digest of the
    /// dataset. A checkpoint with another identity is refused.
    /// </summary>
    public string Identity { get; init; } = "";

    /// <summary>
    /// Receives messages about checkpoints that are damaged or could not be written, in whole sentences.
    /// </summary>
    public IProgress<string>? Notices { get; init; }
}
