using Graft.Features;

namespace Graft.Learning.Batches;

/// <summary>Mini-batches of cached features. Does not own the features. Thread-safe.</summary>
public sealed class FeatureBatches : IBatchSource
{
    private readonly LabelledFeatures _images;
    private readonly Sampling _sampling;
    private readonly ulong _seed;

    /// <summary>Makes a source of batches.</summary>
    /// <param name="images">The features with their labels.</param>
    /// <param name="batchSize">The number of examples in a batch; the last one of an epoch may have fewer.</param>
    /// <param name="sampling">The order and frequency of examples in an epoch.</param>
    /// <param name="seed">Determines the order of each epoch.</param>
    /// <exception cref="ArgumentException">The number of labels differs from the number of features.</exception>
    public FeatureBatches(
        LabelledFeatures images,
        int batchSize = 32,
        Sampling sampling = Sampling.InOrder,
        ulong seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (images.Labels.Count != images.Count)
            throw new ArgumentException(
                $"Batches of features need one label for each image; there are {images.Count} images and "
                    + $"{images.Labels.Count} labels.",
                nameof(images)
            );
        _images = images;
        _sampling = sampling;
        _seed = seed;
        BatchSize = batchSize;
    }

    /// <summary>The number of examples in a batch.</summary>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int Count => _images.Count;

    /// <inheritdoc/>
    public int BatchCount => (Count + BatchSize - 1) / BatchSize;

    /// <inheritdoc/>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        var order = EpochOrder.Compute(_seed, epoch, _images.Labels, _sampling);
        for (var batch = firstBatch; batch < BatchCount; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var indices = new int[Math.Min(BatchSize, Count - (batch * BatchSize))];
            var labels = new int[indices.Length];
            for (var i = 0; i < indices.Length; i++)
            {
                var example = order[(batch * BatchSize) + i];
                (indices[i], labels[i]) = (_images.Indices[example], _images.Labels[example]);
            }

            yield return new Batch(_images.Features.Read(indices), labels);
        }
    }
}
