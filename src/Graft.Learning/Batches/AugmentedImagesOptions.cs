using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Learning.Batches;

/// <summary>
/// The options of <see cref="AugmentedImages"/>. Only the first four influence the batches.
/// </summary>
public sealed record AugmentedImagesOptions
{
    /// <summary>Images in a mini-batch.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Decides order, augmentation and mixing.</summary>
    public ulong Seed { get; init; }

    /// <summary>The order and frequency of images in an epoch.</summary>
    public Sampling Sampling { get; init; }

    /// <summary>
    /// How images are changed; exactly the pixels of evaluation when <see cref="AugmentationOptions.None"/>.
    /// </summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.None;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>Batches that are made while the network computes, each on a thread of its own.</summary>
    public int BatchesAhead { get; init; } = 2;

    /// <summary>
    /// Decoded images are kept for the next epoch up to so many bytes; an image of 224 pixels takes up to 0.6 MB with
    /// augmentation that warps, and 0.15 MB without.
    /// </summary>
    public long MaximumBytesInMemory { get; init; } = 1L << 30;
}
