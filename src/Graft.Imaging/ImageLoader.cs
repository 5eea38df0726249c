namespace Graft.Imaging;

/// <summary>
/// The one way from a file to a network's input: decodes, shrinks on load, and resizes as the preprocessing of some
/// weights says. Pixels are RGB, 0 to 255; channel order, mean and scale are applied by the network. Thread-safe.
/// </summary>
public sealed class ImageLoader
{
    /// <summary>What is left after shrinking on load is at least this many times what it is then resized to.</summary>
    private const int KeptForResize = 2;

    private readonly ImageLimits _limits;
    private readonly ImageDecoder _decoder;

    /// <summary>Makes a loader.</summary>
    /// <param name="preprocessing">The size and the resize rule.</param>
    /// <param name="limits">What is refused; the defaults of <see cref="ImageLimits"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1 or more than 16,384 pixels.</exception>
    public ImageLoader(Preprocessing preprocessing, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ImageResizer.CheckSize(preprocessing.Width, preprocessing.Height, preprocessing.ShorterSide);
        Preprocessing = preprocessing;
        _limits = limits ?? new();
        _decoder = new(_limits);
    }

    /// <summary>The size and the resize rule.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>How many values one image has: height x width x 3.</summary>
    public int ValueCount => checked(Preprocessing.Height * Preprocessing.Width * 3);

    /// <summary>Decodes an image, at a fraction of its size where that is enough for the preprocessing.</summary>
    /// <param name="bytes">The file's content; must not change meanwhile.</param>
    /// <param name="name">What messages call it: a path, or where it came from.</param>
    /// <returns>
    /// The image, which the caller disposes. It has at least twice the size that it is resized to, unless the file is
    /// smaller.
    /// </returns>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    public DecodedImage Decode(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ImageInfo? header = null;
        var pixels = _decoder.Decode(bytes, name, info => Enough(header = info));
        return new DecodedImage(header!, pixels);
    }

    /// <summary>Resizes a decoded image to the network's input.</summary>
    /// <param name="image">The image, which is left as it is.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Resize(RgbImage image, Span<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckLength(rgb.Length, nameof(rgb));
        ImageResizer.Resize(
            image,
            Preprocessing.Width,
            Preprocessing.Height,
            Preprocessing.Resize,
            Preprocessing.ShorterSide,
            Preprocessing.Interpolation,
            rgb
        );
    }

    /// <summary>Resizes a decoded image to the floating-point numbers that a network takes.</summary>
    /// <param name="image">The image, which is left as it is.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Resize(RgbImage image, Span<float> rgb)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckLength(rgb.Length, nameof(rgb));
        using var resized = new RgbImage(Preprocessing.Width, Preprocessing.Height);
        var bytes = resized.Pixels;
        Resize(image, bytes);
        for (var i = 0; i < bytes.Length; i++)
            rgb[i] = bytes[i];
    }

    /// <summary>Decodes and resizes an image.</summary>
    /// <param name="bytes">The file's content; must not change meanwhile.</param>
    /// <param name="name">What messages call it: a path, or where it came from.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Load(ReadOnlyMemory<byte> bytes, string name, Span<float> rgb)
    {
        CheckLength(rgb.Length, nameof(rgb));
        using var image = Decode(bytes, name);
        Resize(image.Pixels, rgb);
    }

    /// <summary>Reads, decodes and resizes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">
    /// The file cannot be read, or not as an image within the limits.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Load(string path, Span<float> rgb) => Load(ImageDecoder.ReadFile(path, _limits), path, rgb);

    /// <summary>Twice what the whole image is scaled to, before anything is cut off.</summary>
    private (long Width, long Height) Enough(ImageInfo info)
    {
        var plan = ResizePlan.For(
            info.Width,
            info.Height,
            Preprocessing.Width,
            Preprocessing.Height,
            Preprocessing.Resize,
            Preprocessing.ShorterSide
        );
        return (plan.ScaledWidth * KeptForResize, plan.ScaledHeight * KeptForResize);
    }

    private void CheckLength(int length, string parameter)
    {
        if (length != ValueCount)
        {
            throw new ArgumentException(
                $"A picture of {Preprocessing.Width}x{Preprocessing.Height} has {ValueCount} RGB values; there is "
                    + $"room for {length}.",
                parameter
            );
        }
    }
}
