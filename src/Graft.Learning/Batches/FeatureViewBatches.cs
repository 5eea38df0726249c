using Graft.Features;
using Graft.Imaging.Augmentation;
using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>
/// Mini-batches of cached features of several views: in every epoch one view of each image is drawn, by the seed, the
/// epoch and the image alone. Does not own the features. One enumeration at a time.
/// </summary>
public sealed class FeatureViewBatches : IBatchSource
{
    private readonly FeatureViewSet _features;
    private readonly int[] _labels;
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly Sampling _sampling;

    /// <summary>Makes a source of features.</summary>
    /// <param name="features">The features.</param>
    /// <param name="labels">The class of each of the set's <see cref="FeatureViewSet.Good"/> images, from 0.</param>
    /// <param name="batchSize">Images in a mini-batch.</param>
    /// <param name="seed">Decides order and views.</param>
    /// <param name="sampling">The order and frequency of images in an epoch.</param>
    /// <exception cref="ArgumentException">There is not one label for each image.</exception>
    public FeatureViewBatches(
        FeatureViewSet features,
        IReadOnlyList<int> labels,
        int batchSize,
        ulong seed,
        Sampling sampling = Sampling.Shuffled
    )
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (labels.Count != features.Good.Count)
            throw new ArgumentException(
                $"There are features of {features.Good.Count} pictures and {labels.Count} labels; one label for "
                    + $"each is needed.",
                nameof(labels)
            );
        _features = features;
        _labels = [.. labels];
        _batchSize = batchSize;
        _seed = seed;
        _sampling = sampling;
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int BatchCount => (Count + _batchSize - 1) / _batchSize;

    /// <inheritdoc/>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        var order = EpochOrder.Compute(_seed, epoch, _labels, _sampling);
        var views = order
            .Zip(EpochOrder.Occurrences(order), (picture, occurrence) => View(epoch, picture, occurrence))
            .ToArray();
        return Batches(order, views, firstBatch, cancellationToken);
    }

    private int View(int epoch, int picture, int occurrence) =>
        AugmentationDraw
            .RandomFor(_seed, epoch, $"view\0{occurrence}\0{_features.Good[picture]}")
            .NextInt(_features.ViewCount);

    private IEnumerable<Batch> Batches(int[] order, int[] views, int firstBatch, CancellationToken cancellationToken)
    {
        for (var first = firstBatch * _batchSize; first < order.Length; first += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(first + _batchSize, order.Length);
            var members = order[first..end];
            yield return new Batch(Read(members, views[first..end]), [.. members.Select(picture => _labels[picture])]);
        }
    }

    /// <summary>The members' features, each in its view.</summary>
    private Tensor Read(int[] members, int[] views)
    {
        var batch = Tensor.Uninitialized(new Shape([members.Length, .. _features.Shape.Dimensions]));
        try
        {
            foreach (var group in Enumerable.Range(0, members.Length).GroupBy(place => views[place]))
            {
                var places = group.ToArray();
                using var some = _features.Read(group.Key, [.. places.Select(place => members[place])]);
                for (var i = 0; i < places.Length; i++)
                    some.Rows(i).CopyTo(batch.Rows(places[i]));
            }

            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
