namespace Graft.Training.Fitting;

/// <summary>Mini-batches of cached features. Does not own the features. Thread-safe.</summary>
public sealed class FeatureBatches : IBatchSource
{
    private readonly LabelledFeatures _images;
    private readonly FeatureOrder _order;
    private readonly ulong _seed;

    /// <summary>Makes a source of batches.</summary>
    /// <param name="images">The features with their labels.</param>
    /// <param name="batchSize">Examples in a batch; the last one of an epoch may have fewer.</param>
    /// <param name="order">The order.</param>
    /// <param name="seed">Decides the order of each epoch.</param>
    /// <exception cref="ArgumentException">There are not as many labels as features.</exception>
    public FeatureBatches(LabelledFeatures images, int batchSize = 32, FeatureOrder order = FeatureOrder.Sequential, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (images.Labels.Count != images.Count)
            throw new ArgumentException($"Batches of features need a label for each of {images.Count} pictures, {images.Labels.Count} were given.", nameof(images));
        _images = images;
        _order = order;
        _seed = seed;
        BatchSize = batchSize;
    }

    /// <summary>Examples in a batch.</summary>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int Count => _images.Count;

    /// <inheritdoc/>
    public int BatchCount => (Count + BatchSize - 1) / BatchSize;

    /// <inheritdoc/>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        var order = _order switch
        {
            FeatureOrder.Shuffled => EpochOrder.Shuffled(Count, _seed, epoch),
            FeatureOrder.Balanced => EpochOrder.Balanced(_images.Labels, _seed, epoch),
            _ => null,
        };
        for (var batch = firstBatch; batch < BatchCount; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var indices = new int[Math.Min(BatchSize, Count - (batch * BatchSize))];
            var labels = new int[indices.Length];
            for (var i = 0; i < indices.Length; i++)
            {
                var place = (batch * BatchSize) + i;
                var example = order is null ? place : order[place];
                (indices[i], labels[i]) = (_images.Indices[example], _images.Labels[example]);
            }

            yield return new Batch(_images.Features.Read(indices), labels);
        }
    }
}
