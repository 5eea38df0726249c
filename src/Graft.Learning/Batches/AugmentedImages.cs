using Graft.Data;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>
/// Mini-batches of images that are decoded and augmented anew in every epoch, on background threads while the network
/// computes. Only one enumeration may run at a time.
/// </summary>
/// <remarks>
/// The transform of an image depends only on the seed, the epoch, the image's name and how often the image occurred
/// before in the epoch; mixing also depends on the next image in the batch. Memory: the decoded images in the cache,
/// and <see cref="AugmentedImagesOptions.BatchesAhead"/> + 1 batches.
/// </remarks>
public sealed class AugmentedImages : IBatchSource
{
    private readonly IReadOnlyList<ImageSample> _images;
    private readonly int[] _labels;
    private readonly int _classes;
    private readonly AugmentedImagesOptions _options;
    private readonly ImageAugmenter _augmenter;
    private readonly DecodedImageCache _memory;

    /// <summary>Makes a source of images.</summary>
    /// <param name="images">The images, with different names. A bad image ends the epoch with an exception.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">The image size and the resize rule.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <exception cref="ArgumentException">There are no images, or a label is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public AugmentedImages(
        IReadOnlyList<ImageSample> images,
        int classes,
        Preprocessing preprocessing,
        AugmentedImagesOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(preprocessing);
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchesAhead, 1, nameof(options));
        _options.Augmentation.Validated();
        if (images.Count == 0)
            throw new ArgumentException("Reading images for training: there are no images.", nameof(images));
        if (images.FirstOrDefault(image => image.Label < 0 || image.Label >= classes) is { } wrong)
            throw new ArgumentException(
                $"Image '{wrong.Name}' has label {wrong.Label}; with {classes} classes it must be 0 to "
                    + $"{classes - 1}.",
                nameof(images)
            );
        _images = images;
        _labels = [.. images.Select(image => image.Label)];
        _classes = classes;
        _augmenter = new(preprocessing, _options.Augmentation.Warps, _options.Limits);
        _memory = new(images.Count, _options.MaximumBytesInMemory);
    }

    /// <inheritdoc/>
    public int Count => _images.Count;

    /// <inheritdoc/>
    public int BatchCount => (Count + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>The size of the decoded images in the cache, in bytes.</summary>
    public long BytesInMemory => _memory.Bytes;

    /// <summary>Images for validation: in order, with the pixels that evaluation uses.</summary>
    /// <inheritdoc cref="AugmentedImages(IReadOnlyList{ImageSample}, int, Preprocessing, AugmentedImagesOptions?)"/>
    public static AugmentedImages ForValidation(
        IReadOnlyList<ImageSample> images,
        int classes,
        Preprocessing preprocessing,
        AugmentedImagesOptions? options = null
    ) =>
        new(
            images,
            classes,
            preprocessing,
            (options ?? new()) with
            {
                Augmentation = AugmentationOptions.None,
                Sampling = Sampling.InOrder,
            }
        );

    /// <inheritdoc/>
    /// <exception cref="ImageException">An image can no longer be read or decoded; the message names it.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        var order = EpochOrder.Compute(_options.Seed, epoch, _labels, _options.Sampling);
        var examples = order
            .Zip(EpochOrder.Occurrences(order), (image, occurrence) => new Example(image, epoch, occurrence))
            .ToArray();
        return Batches(examples.Chunk(_options.BatchSize).Skip(firstBatch), cancellationToken);
    }

    private IEnumerable<Batch> Batches(IEnumerable<Example[]> batches, CancellationToken cancellationToken)
    {
        // Cancelled when the enumeration ends early: unfinished batches are no longer needed.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<Batch>>();
        try
        {
            foreach (var members in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ahead.Enqueue(Task.Run(() => Make(members, ended.Token), CancellationToken.None));
                if (ahead.Count > _options.BatchesAhead)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }

            while (ahead.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            ended.Cancel();
            foreach (var task in ahead)
                PendingWork.Abandon(task);
        }
    }

    private Batch Make(Example[] members, CancellationToken cancellationToken)
    {
        var preprocessing = _augmenter.Preprocessing;
        var pixels = Tensor.Uninitialized(new Shape(members.Length, preprocessing.Height, preprocessing.Width, 3));
        try
        {
            for (var i = 0; i < members.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Load(members[i], pixels.Rows(i));
            }

            var labels = members.Select(member => _labels[member.Image]).ToArray();
            var targets =
                _options.Augmentation.Mixes && members.Length > 1
                    ? BatchMixing.Mix(pixels, labels, _classes, _options.Augmentation, i =>
                        RandomFor(members[i], "mix")
                    )
                    : null;
            return new Batch(pixels, labels, targets);
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    private void Load(Example example, Span<float> pixels)
    {
        using var image = _memory.Get(example.Image, () => Decode(_images[example.Image]));
        var transform = _options.Augmentation.IsNone
            ? ImageTransform.Identity
            : _augmenter.Draw(image, _options.Augmentation, RandomFor(example, "transform"));
        _augmenter.Render(image, transform, pixels);
    }

    private RgbImage Decode(ImageSample sample)
    {
        using var decoded = sample.Decode(sample.Read(_options.Limits), _augmenter.Loader);
        return _augmenter.Prepare(decoded.Pixels);
    }

    private DeterministicRandom RandomFor(Example example, string purpose) =>
        AugmentationDraw.RandomFor(
            _options.Seed,
            example.Epoch,
            $"{purpose}\0{example.Occurrence}\0{_images[example.Image].Name}"
        );

    /// <summary>An image at its position in an epoch.</summary>
    /// <param name="Image">The index of the image.</param>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Occurrence">How many times the image occurred before in this epoch.</param>
    private readonly record struct Example(int Image, int Epoch, int Occurrence);
}
