namespace Graft.Imaging;

/// <summary>
/// Resizes images to a network's input size. The result equals that of Pillow's antialiased
/// <c>Image.resize(size, BILINEAR)</c> or <c>BICUBIC</c> on the same pixels, with torchvision's Resize and CenterCrop
/// for <see cref="ResizeRule.Crop"/> and Pillow's ImageOps.pad for <see cref="ResizeRule.Pad"/>. Thread-safe.
/// </summary>
public static class ImageResizer
{
    private const int LargestSide = 16_384;

    /// <summary>Resizes an image.</summary>
    /// <param name="source">The image, which is not changed.</param>
    /// <param name="width">Width of the result in pixels, 1 to 16,384.</param>
    /// <param name="height">Height of the result in pixels, 1 to 16,384.</param>
    /// <param name="rule">How an image of other proportions is fitted.</param>
    /// <param name="shorterSide">
    /// For <see cref="ResizeRule.Crop"/>: the length in pixels that the shorter side is scaled to before the centre is
    /// cropped. When null, or when the crop would extend past the edge, the image is scaled to just fill the crop.
    /// </param>
    /// <param name="interpolation">The filter.</param>
    /// <returns>An image that the caller disposes.</returns>
    public static RgbImage Resize(
        RgbImage source,
        int width,
        int height,
        ResizeRule rule = ResizeRule.Stretch,
        int? shorterSide = null,
        Interpolation interpolation = Interpolation.Bilinear
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckSize(width, height, shorterSide);
        var result = new RgbImage(width, height);
        Resize(source, width, height, rule, shorterSide, interpolation, result.Pixels);
        return result;
    }

    /// <summary>Resizes an image into an existing buffer.</summary>
    internal static void Resize(
        RgbImage source,
        int width,
        int height,
        ResizeRule rule,
        int? shorterSide,
        Interpolation interpolation,
        Span<byte> result
    )
    {
        var plan = ResizePlan.For(source.Width, source.Height, width, height, rule, shorterSide);
        if (plan.KeptWidth < width || plan.KeptHeight < height)
            result.Clear();
        var start = (plan.OffsetY * width + plan.OffsetX) * 3;
        Resampler.Resample(source.Pixels, source.Width, source.Height, plan, interpolation, result[start..], width * 3);
    }

    /// <summary>Checks a result's size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1 or more than 16,384.</exception>
    internal static void CheckSize(int width, int height, int? shorterSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, LargestSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, LargestSide);
        if (shorterSide is not { } shorter)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThan(shorter, 1, nameof(shorterSide));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shorter, LargestSide, nameof(shorterSide));
    }
}
