namespace Graft.Imaging;

/// <summary>
/// The geometry of a resize: the size that the whole image is scaled to, the part of it that is kept, and where that
/// part lies in the result. Depends on nothing but the sizes and the rule.
/// </summary>
/// <param name="ScaledWidth">Width that the whole image is scaled to.</param>
/// <param name="ScaledHeight">Height that the whole image is scaled to.</param>
/// <param name="Left">First column of the scaled image that is kept.</param>
/// <param name="Top">First row of the scaled image that is kept.</param>
/// <param name="KeptWidth">Columns kept.</param>
/// <param name="KeptHeight">Rows kept.</param>
/// <param name="OffsetX">Column of the result where the kept part begins; the rest is black.</param>
/// <param name="OffsetY">Row of the result where the kept part begins.</param>
internal readonly record struct ResizePlan(
    long ScaledWidth,
    long ScaledHeight,
    long Left,
    long Top,
    int KeptWidth,
    int KeptHeight,
    int OffsetX,
    int OffsetY
)
{
    /// <summary>Plans how an image is resized to another size.</summary>
    public static ResizePlan For(
        int sourceWidth,
        int sourceHeight,
        int width,
        int height,
        ResizeRule rule,
        int? shorterSide
    ) =>
        rule switch
        {
            ResizeRule.Stretch => new(width, height, 0, 0, width, height, 0, 0),
            ResizeRule.Crop => Crop(sourceWidth, sourceHeight, width, height, shorterSide),
            ResizeRule.Pad => Pad(sourceWidth, sourceHeight, width, height),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Not a resize rule."),
        };

    /// <summary>
    /// The longer side is truncated to whole pixels and the crop's offset is rounded half to even, as torchvision does.
    /// </summary>
    private static ResizePlan Crop(int sourceWidth, int sourceHeight, int width, int height, int? shorterSide)
    {
        var portrait = sourceWidth <= sourceHeight;
        long scaledWidth = 0,
            scaledHeight = 0;
        if (shorterSide is { } shorter)
        {
            scaledWidth = portrait ? shorter : (long)shorter * sourceWidth / sourceHeight;
            scaledHeight = portrait ? (long)shorter * sourceHeight / sourceWidth : shorter;
        }

        // Without a shorter side, or when the crop would extend past the edge, the image is scaled to just fill the
        // crop.
        if (scaledWidth < width || scaledHeight < height)
        {
            var fitWidth = (long)width * sourceHeight >= (long)height * sourceWidth;
            scaledWidth = fitWidth ? width : (long)height * sourceWidth / sourceHeight;
            scaledHeight = fitWidth ? (long)width * sourceHeight / sourceWidth : height;
        }

        var left = (long)Math.Round((scaledWidth - width) / 2.0, MidpointRounding.ToEven);
        var top = (long)Math.Round((scaledHeight - height) / 2.0, MidpointRounding.ToEven);
        return new(scaledWidth, scaledHeight, left, top, width, height, 0, 0);
    }

    /// <summary>The shorter side and the offset are rounded half to even, as Pillow's ImageOps.pad does.</summary>
    private static ResizePlan Pad(int sourceWidth, int sourceHeight, int width, int height)
    {
        var (scaledWidth, scaledHeight) = (width, height);
        var sourceRatio = (double)sourceWidth / sourceHeight;
        var ratio = (double)width / height;
        if (sourceRatio > ratio)
            scaledHeight = AtLeastOne((double)sourceHeight / sourceWidth * width, height);
        else if (sourceRatio < ratio)
            scaledWidth = AtLeastOne((double)sourceWidth / sourceHeight * height, width);
        var x = (int)Math.Round((width - scaledWidth) * 0.5, MidpointRounding.ToEven);
        var y = (int)Math.Round((height - scaledHeight) * 0.5, MidpointRounding.ToEven);
        return new(scaledWidth, scaledHeight, 0, 0, scaledWidth, scaledHeight, x, y);

        static int AtLeastOne(double side, int most) =>
            Math.Clamp((int)Math.Round(side, MidpointRounding.ToEven), 1, most);
    }
}
