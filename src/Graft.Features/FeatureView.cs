using Graft.Data.Hashing;
using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Features;

/// <summary>
/// The view of each image that features are computed of: the plain image, the same transform for all images, or a
/// transform drawn for the content of each. Features of different views have different keys. Immutable and thread-safe.
/// </summary>
public sealed class FeatureView
{
    private readonly Func<ImageAugmenter, RgbImage, ContentHash, ImageTransform> _transform;

    private FeatureView(
        string description,
        bool warps,
        Func<ImageAugmenter, RgbImage, ContentHash, ImageTransform> transform
    )
    {
        Description = description;
        Warps = warps;
        _transform = transform;
    }

    /// <summary>The image as in evaluation.</summary>
    public static FeatureView Plain { get; } = new("", false, (_, _, _) => ImageTransform.Identity);

    /// <summary>The part of the feature key that identifies the view; empty for the plain view.</summary>
    public string Description { get; }

    internal bool IsPlain => Description.Length == 0;

    internal bool Warps { get; }

    /// <summary>The same transform for all images.</summary>
    /// <param name="transform">The transform.</param>
    public static FeatureView From(ImageTransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return transform == ImageTransform.Identity
            ? Plain
            : new($"{ImageAugmenter.Version}: {transform}", transform.Warps, (_, _, _) => transform);
    }

    /// <summary>A transform for each image, drawn for its content.</summary>
    /// <param name="options">The ranges to draw from; mixing is ignored.</param>
    /// <param name="number">The number of the view.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FeatureView Drawn(AugmentationOptions options, int number, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var drawn = (options with { MixUp = 0, CutMix = 0 }).Validated();
        return drawn.IsNone
            ? Plain
            : new(
                $"{ImageAugmenter.Version}: view {number} seed {seed} of {drawn}",
                drawn.Warps,
                (augmenter, prepared, hash) =>
                    augmenter.Draw(prepared, drawn, AugmentationDraw.RandomFor(seed, number, hash.ToString()))
            );
    }

    /// <summary>Several views of each image for training: the plain one first, then drawn ones.</summary>
    /// <param name="options">The ranges to draw from; mixing is ignored.</param>
    /// <param name="count">
    /// The number of views, 1 or more; with <see cref="AugmentationOptions.None"/> there is only one.
    /// </param>
    /// <param name="seed">The seed of the draws.</param>
    public static IReadOnlyList<FeatureView> Several(AugmentationOptions options, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var drawn = Enumerable
            .Range(1, count - 1)
            .Select(number => Drawn(options, number, seed))
            .Where(view => !view.IsPlain);
        return [Plain, .. drawn];
    }

    internal ImageTransform Transform(ImageAugmenter augmenter, RgbImage prepared, ContentHash hash) =>
        _transform(augmenter, prepared, hash);
}
