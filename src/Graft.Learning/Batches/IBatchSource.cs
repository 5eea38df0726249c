namespace Graft.Learning.Batches;

/// <summary>
/// A source of mini-batches for a trainer: cached features, or images that are decoded and augmented anew.
/// </summary>
public interface IBatchSource
{
    /// <summary>The number of examples in an epoch.</summary>
    int Count { get; }

    /// <summary>The number of batches in an epoch.</summary>
    int BatchCount { get; }

    /// <summary>
    /// The batches of an epoch. Order, augmentation and mixing depend only on the source's seed, the epoch and the
    /// example, so that epochs can be repeated and training can be resumed at any batch.
    /// </summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="firstBatch">The number of batches to skip at the beginning, to resume within an epoch.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <returns>Batches, which the caller disposes one by one; only one enumeration at a time.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellationToken);
}
