using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Learning.Batches;

/// <summary>
/// The options of <see cref="AugmentedImages"/>. Only the first four affect the contents of the batches.
/// </summary>
public sealed record AugmentedImagesOptions
{
    /// <summary>The number of images in a mini-batch.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Determines order, augmentation and mixing.</summary>
    public ulong Seed { get; init; }

    /// <summary>The order and frequency of images in an epoch.</summary>
    public Sampling Sampling { get; init; }

    /// <summary>
    /// The augmentation; with <see cref="AugmentationOptions.None"/> exactly the pixels that evaluation uses.
    /// </summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.None;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The number of batches to prepare while the network computes, each on its own thread.</summary>
    public int BatchesAhead { get; init; } = 2;

    /// <summary>
    /// The maximum size of the decoded-image cache, in bytes. An image of 224 pixels takes up to 0.6 MB with
    /// augmentation that warps, and 0.15 MB without.
    /// </summary>
    public long MaximumBytesInMemory { get; init; } = 1L << 30;
}
