namespace Graft.Learning.Batches;

/// <summary>
/// A source of mini-batches for a trainer: cached features, or images that are decoded and augmented anew.
/// </summary>
public interface IBatchSource
{
    /// <summary>How many examples one epoch has.</summary>
    int Count { get; }

    /// <summary>How many batches one epoch has.</summary>
    int BatchCount { get; }

    /// <summary>
    /// The batches of an epoch. Order, augmentation and mixing depend on the source's seed, the epoch's number and the
    /// example alone, so that epochs can be repeated and training can be resumed at any batch of them.
    /// </summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="firstBatch">
    /// How many batches to leave out at the beginning: where training is resumed in the middle.
    /// </param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>Batches that the caller disposes one by one; enumerate once at a time.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellationToken);
}
