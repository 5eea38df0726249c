using Graft.Features;
using Graft.Imaging.Augmentation;
using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>
/// Mini-batches of cached features of several views. In every epoch one view of each image is drawn; it depends only on
/// the seed, the epoch and the image. Does not own the features. Only one enumeration may run at a time.
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
    /// <param name="batchSize">The number of images in a mini-batch.</param>
    /// <param name="seed">Determines the order and the views.</param>
    /// <param name="sampling">The order and frequency of images in an epoch.</param>
    /// <exception cref="ArgumentException">The number of labels differs from the number of images.</exception>
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
                $"Batches of feature views need one label for each image; there are {features.Good.Count} images and "
                    + $"{labels.Count} labels.",
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
            .Zip(EpochOrder.Occurrences(order), (image, occurrence) => View(epoch, image, occurrence))
            .ToArray();
        return Batches(order, views, firstBatch, cancellationToken);
    }

    private int View(int epoch, int image, int occurrence) =>
        AugmentationDraw
            .RandomFor(_seed, epoch, $"view\0{occurrence}\0{_features.Good[image]}")
            .NextInt(_features.ViewCount);

    private IEnumerable<Batch> Batches(int[] order, int[] views, int firstBatch, CancellationToken cancellationToken)
    {
        for (var first = firstBatch * _batchSize; first < order.Length; first += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(first + _batchSize, order.Length);
            var members = order[first..end];
            yield return new Batch(Read(members, views[first..end]), [.. members.Select(image => _labels[image])]);
        }
    }

    /// <summary>Reads the features of each member in its view.</summary>
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
