namespace Graft.Imaging.Augmentation;

/// <summary>
/// Turns a file into a network's input, changed by an <see cref="ImageTransform"/>. An image is decoded once and can be
/// transformed any number of times. The whole geometry, including the resize rule of the weights, is one warp.
/// Thread-safe.
/// </summary>
/// <remarks>
/// An augmenter for transforms that do not warp gives exactly the pixels of <see cref="ImageLoader"/>, flipped. Warps
/// are bilinear, also for weights whose images are resized with <see cref="Interpolation.Bicubic"/>.
/// </remarks>
public sealed class ImageAugmenter
{
    /// <summary>
    /// A decoded image that will be warped is reduced to this many times the size that evaluation scales it to.
    /// </summary>
    private const int WorkingScale = 2;

    private const int Channels = 3;

    private readonly ImageLoader _loader;
    private readonly bool _warps;
    private readonly float[] _meanColour;

    /// <summary>Makes an augmenter.</summary>
    /// <param name="preprocessing">The size and the resize rule.</param>
    /// <param name="warps">
    /// Whether transforms may warp (<see cref="AugmentationOptions.Warps"/>). Prepared images are then larger.
    /// </param>
    /// <param name="limits">The limits; the defaults of <see cref="ImageLimits"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1 or more than 16,384 pixels.</exception>
    public ImageAugmenter(Preprocessing preprocessing, bool warps, ImageLimits? limits = null)
    {
        _loader = new(preprocessing, limits);
        _warps = warps;
        _meanColour = MeanColour(preprocessing);
    }

    /// <summary>
    /// Changes whenever the same transform may give different pixels, so that stored results are not mixed.
    /// </summary>
    public static string Version => "augment 1";

    /// <summary>Decodes the images to be transformed.</summary>
    public ImageLoader Loader => _loader;

    /// <summary>The size and the resize rule.</summary>
    public Preprocessing Preprocessing => _loader.Preprocessing;

    /// <summary>The number of values of one image: height x width x 3.</summary>
    public int ValueCount => _loader.ValueCount;

    /// <summary>Resizes a decoded image to the size that transforms need.</summary>
    /// <param name="decoded">The image, which is not changed.</param>
    /// <returns>An image that the caller disposes.</returns>
    public RgbImage Prepare(RgbImage decoded)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        if (!_warps)
        {
            var final = new RgbImage(Preprocessing.Width, Preprocessing.Height);
            _loader.Resize(decoded, final.Pixels);
            return final;
        }

        var plan = Plan(decoded);
        var (width, height) = (
            (int)Math.Min(decoded.Width, plan.ScaledWidth * WorkingScale),
            (int)Math.Min(decoded.Height, plan.ScaledHeight * WorkingScale)
        );
        var working = new RgbImage(width, height);
        Resampler.Resample(
            decoded.Pixels,
            decoded.Width,
            decoded.Height,
            new(width, height, 0, 0, width, height, 0, 0),
            Interpolation.Bilinear,
            working.Pixels,
            width * Channels
        );
        return working;
    }

    /// <summary>The size that evaluation scales an image to before it crops; crops are relative to it.</summary>
    /// <param name="prepared">An image that <see cref="Prepare(RgbImage)"/> returned.</param>
    public (int Width, int Height) FrameOf(RgbImage prepared)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        if (!_warps || Preprocessing.Resize != ResizeRule.Crop)
            return (Preprocessing.Width, Preprocessing.Height);
        var plan = Plan(prepared);
        return ((int)plan.ScaledWidth, (int)plan.ScaledHeight);
    }

    /// <summary>Draws a transform of an image.</summary>
    /// <param name="prepared">An image that <see cref="Prepare(RgbImage)"/> returned.</param>
    /// <param name="options">The ranges to draw from; must be valid.</param>
    /// <param name="random">The image's random numbers: <see cref="AugmentationDraw.RandomFor"/>.</param>
    public ImageTransform Draw(RgbImage prepared, AugmentationOptions options, Tensors.DeterministicRandom random) =>
        options.Draw(random, FrameOf(prepared));

    /// <summary>Transforms an image.</summary>
    /// <param name="prepared">An image that <see cref="Prepare(RgbImage)"/> returned.</param>
    /// <param name="transform">The transform.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255, not rounded.</param>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="rgb"/> is not <see cref="ValueCount"/>, or the transform warps but the augmenter
    /// was made for transforms that do not.
    /// </exception>
    public void Render(RgbImage prepared, ImageTransform transform, Span<float> rgb)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        ArgumentNullException.ThrowIfNull(transform);
        if (rgb.Length != ValueCount)
            throw new ArgumentException(
                $"An image of {Preprocessing.Width}x{Preprocessing.Height} has {ValueCount} RGB values; there is "
                    + $"room for {rgb.Length}.",
                nameof(rgb)
            );
        if (_warps)
            Warp(prepared, transform, rgb);
        else if (!transform.Warps)
            Flip(prepared, transform, rgb);
        else
            throw new ArgumentException(
                $"The transform '{transform}' warps, but the images of this augmenter are prepared for flips "
                    + $"only. Make the augmenter with 'warps'.",
                nameof(transform)
            );
        if (transform.ChangesColours)
            ColourMatrix.Apply(transform, rgb);
        if (transform.Erased is { } box)
            Erase(box, rgb);
    }

    private ResizePlan Plan(RgbImage image) =>
        ResizePlan.For(
            image.Width,
            image.Height,
            Preprocessing.Width,
            Preprocessing.Height,
            Preprocessing.Resize,
            Preprocessing.ShorterSide
        );

    private void Warp(RgbImage image, ImageTransform transform, Span<float> rgb)
    {
        var (width, height) = (Preprocessing.Width, Preprocessing.Height);
        var plan = Plan(image);
        var (frameWidth, frameHeight) = FrameOf(image);
        var toFrame = transform.Crop is { } box
            ? AffineMap
                .Scaling(box.Width * frameWidth / width, box.Height * frameHeight / height)
                .Then(AffineMap.Translation(box.Left * frameWidth, box.Top * frameHeight))
            : AffineMap.Translation(plan.Left, plan.Top);
        // Padding keeps the whole image, which lies inside the frame.
        var (scaleX, scaleY) = ((double)image.Width / plan.ScaledWidth, (double)image.Height / plan.ScaledHeight);
        var map = transform
            .ToUnchanged(width, height)
            .Then(toFrame)
            .Then(AffineMap.Translation(-plan.OffsetX, -plan.OffsetY))
            .Then(AffineMap.Scaling(scaleX, scaleY));
        var fill = Preprocessing.Resize == ResizeRule.Pad ? FillMode.Constant : transform.Fill;
        AffineWarp.Warp(image.Pixels, image.Width, image.Height, map, fill, rgb, width);
    }

    private void Flip(RgbImage image, ImageTransform transform, Span<float> rgb)
    {
        var (width, height) = (Preprocessing.Width, Preprocessing.Height);
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Slice(
                (transform.FlipVertically ? height - 1 - y : y) * width * Channels,
                width * Channels
            );
            var target = rgb.Slice(y * width * Channels, width * Channels);
            for (var x = 0; x < width; x++)
            {
                var from = (transform.FlipHorizontally ? width - 1 - x : x) * Channels;
                for (var channel = 0; channel < Channels; channel++)
                    target[(x * Channels) + channel] = row[from + channel];
            }
        }
    }

    private void Erase(UnitBox box, Span<float> rgb)
    {
        var (left, right) = Pixels(box.Left, box.Width, Preprocessing.Width);
        var (top, bottom) = Pixels(box.Top, box.Height, Preprocessing.Height);
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
                _meanColour.CopyTo(rgb[(((y * Preprocessing.Width) + x) * Channels)..]);
        }

        static (int First, int End) Pixels(double start, double length, int side) =>
            ((int)Math.Round(start * side), (int)Math.Round((start + length) * side));
    }

    /// <summary>The RGB value that the preprocessing turns into zero.</summary>
    private static float[] MeanColour(Preprocessing preprocessing)
    {
        var (mean, scale) = (preprocessing.Mean, preprocessing.Scale);
        var colour = new[] { mean.First, mean.Second, mean.Third }
            .Select(value => Math.Clamp(value / scale, 0, 255))
            .ToArray();
        if (preprocessing.ChannelOrder == ChannelOrder.Bgr)
            Array.Reverse(colour);
        return colour;
    }
}
