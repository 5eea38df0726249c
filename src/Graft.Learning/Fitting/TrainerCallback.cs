using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// A callback of a <see cref="Trainer"/>. Its state is saved in checkpoints, so that a resumed training behaves like
/// one that was never interrupted. An instance serves one training at a time. Not thread-safe.
/// </summary>
public abstract class TrainerCallback
{
    /// <summary>
    /// Whether the callback does not affect the training. Such a callback saves nothing in checkpoints, and a training
    /// may be resumed with or without it.
    /// </summary>
    public virtual bool OnlyLooksOn => false;

    /// <summary>Called when training begins; a checkpoint, if there is one, is restored after this.</summary>
    /// <param name="session">The training.</param>
    public virtual void TrainingStarted(TrainingSession session) { }

    /// <summary>Called after each batch.</summary>
    /// <param name="session">The training.</param>
    public virtual void BatchEnded(TrainingSession session) { }

    /// <summary>Called after each epoch and its validation; the network has the weights that were validated.</summary>
    /// <param name="session">The training, still in this epoch.</param>
    /// <param name="result">The result of the epoch.</param>
    public virtual void EpochEnded(TrainingSession session, EpochResult result) { }

    /// <summary>Called when training ends normally, but not if it failed or was cancelled.</summary>
    /// <param name="session">The training; the network has its final weights, which the callback may change.</param>
    public virtual void TrainingEnded(TrainingSession session) { }

    /// <summary>
    /// Called when the training is over, whether it ended normally or not. Frees what was kept for it.
    /// </summary>
    public virtual void Release() { }

    /// <summary>The numbers that the callback needs to resume from a checkpoint, by name.</summary>
    public virtual IReadOnlyDictionary<string, double> SaveNumbers() => new Dictionary<string, double>();

    /// <summary>Resumes from a checkpoint's numbers.</summary>
    /// <param name="numbers">The numbers that <see cref="SaveNumbers"/> returned.</param>
    public virtual void RestoreNumbers(IReadOnlyDictionary<string, double> numbers) { }

    /// <summary>
    /// The tensors that the callback needs to resume, by name. Saving a checkpoint reads them, and restoring it writes
    /// to them.
    /// </summary>
    public virtual IEnumerable<KeyValuePair<string, Tensor>> Tensors => [];
}
