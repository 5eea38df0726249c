using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// A callback of a <see cref="Trainer"/>. Its state goes into checkpoints, so that a resumed training acts like one
/// that was never interrupted. An instance serves one training at a time. Not thread-safe.
/// </summary>
public abstract class TrainerCallback
{
    /// <summary>
    /// Whether training would be the same without it: it remembers nothing that checkpoints hold, and a training that
    /// is gone on with may have it or not.
    /// </summary>
    public virtual bool OnlyLooksOn => false;

    /// <summary>Training begins; a checkpoint, where there is one, is restored after this.</summary>
    /// <param name="session">The training.</param>
    public virtual void TrainingStarted(TrainingSession session) { }

    /// <summary>A batch was trained on.</summary>
    /// <param name="session">The training.</param>
    public virtual void BatchEnded(TrainingSession session) { }

    /// <summary>An epoch ended and was validated; the network has the weights that were validated.</summary>
    /// <param name="session">The training, still in this epoch.</param>
    /// <param name="result">How the epoch went.</param>
    public virtual void EpochEnded(TrainingSession session, EpochResult result) { }

    /// <summary>Training ended well. Not called where it failed or was cancelled.</summary>
    /// <param name="session">
    /// The training; the network has the weights that it ends with, unless this changes them.
    /// </param>
    public virtual void TrainingEnded(TrainingSession session) { }

    /// <summary>The training is over, whether it ended well or not: frees what was kept for it.</summary>
    public virtual void Release() { }

    /// <summary>The numbers that the callback needs to go on from a checkpoint, by name.</summary>
    public virtual IReadOnlyDictionary<string, double> SaveNumbers() => new Dictionary<string, double>();

    /// <summary>Goes on from a checkpoint's numbers.</summary>
    /// <param name="numbers">The numbers that <see cref="SaveNumbers"/> returned.</param>
    public virtual void RestoreNumbers(IReadOnlyDictionary<string, double> numbers) { }

    /// <summary>
    /// The tensors that the callback needs to go on, by name: a checkpoint reads them, and writes to them when it is
    /// restored.
    /// </summary>
    public virtual IEnumerable<KeyValuePair<string, Tensor>> Tensors => [];
}
