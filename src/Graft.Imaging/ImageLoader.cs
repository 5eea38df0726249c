namespace Graft.Imaging;

/// <summary>
/// Turns a file into a network's input: decodes it, at reduced size where that is enough, and resizes it as the
/// preprocessing of the weights specifies. Pixels are RGB, 0 to 255; the network applies channel order, mean and scale.
/// Thread-safe.
/// </summary>
public sealed class ImageLoader
{
    /// <summary>
    /// Decoding at reduced size leaves at least this many times the size that the image is then resized to.
    /// </summary>
    private const int KeptForResize = 2;

    private readonly ImageLimits _limits;
    private readonly ImageDecoder _decoder;

    /// <summary>Makes a loader.</summary>
    /// <param name="preprocessing">The size and the resize rule.</param>
    /// <param name="limits">The limits; the defaults of <see cref="ImageLimits"/> when null.</param>
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

    /// <summary>The number of values of one image: height x width x 3.</summary>
    public int ValueCount => checked(Preprocessing.Height * Preprocessing.Width * 3);

    /// <summary>Decodes an image, at reduced size where that is enough for the preprocessing.</summary>
    /// <param name="bytes">The file's content; must not change during the call.</param>
    /// <param name="name">The name used in messages: a path or another source.</param>
    /// <returns>
    /// The image, which the caller disposes. It has at least twice the size that it is then resized to, unless the file
    /// is smaller.
    /// </returns>
    /// <exception cref="ImageException">
    /// The format is not supported, or the file is damaged, truncated or over a limit.
    /// </exception>
    public DecodedImage Decode(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ImageInfo? header = null;
        var pixels = _decoder.Decode(bytes, name, info => Enough(header = info));
        return new DecodedImage(header!, pixels);
    }

    /// <summary>Resizes a decoded image to the network's input.</summary>
    /// <param name="image">The image, which is not changed.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="rgb"/> is not <see cref="ValueCount"/>.
    /// </exception>
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

    /// <summary>Resizes a decoded image to the network's input, as floating-point numbers.</summary>
    /// <param name="image">The image, which is not changed.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="rgb"/> is not <see cref="ValueCount"/>.
    /// </exception>
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
    /// <param name="bytes">The file's content; must not change during the call.</param>
    /// <param name="name">The name used in messages: a path or another source.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">
    /// The format is not supported, or the file is damaged, truncated or over a limit.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="rgb"/> is not <see cref="ValueCount"/>.
    /// </exception>
    public void Load(ReadOnlyMemory<byte> bytes, string name, Span<float> rgb)
    {
        CheckLength(rgb.Length, nameof(rgb));
        using var image = Decode(bytes, name);
        Resize(image.Pixels, rgb);
    }

    /// <summary>Reads, decodes and resizes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rgb">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">The file cannot be read, is not an image, or is over a limit.</exception>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="rgb"/> is not <see cref="ValueCount"/>.
    /// </exception>
    public void Load(string path, Span<float> rgb) => Load(ImageDecoder.ReadFile(path, _limits), path, rgb);

    /// <summary>Twice the size that the whole image is scaled to, before cropping.</summary>
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
                $"An image of {Preprocessing.Width}x{Preprocessing.Height} has {ValueCount} RGB values; there is "
                    + $"room for {length}.",
                parameter
            );
        }
    }
}
