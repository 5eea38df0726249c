namespace Graft.Imaging;

/// <summary>
/// From a file to a network's input: decodes, shrinks on load, and resizes as the preprocessing of some weights says.
/// The result is RGB, 0 to 255; channel order, mean and scale are applied by the network. Thread-safe.
/// </summary>
public sealed class ImageLoader
{
    /// <summary>What is left after shrinking on load is at least so many times what it is then resized to.</summary>
    private const int KeptForResize = 2;

    private readonly ImageLimits _limits;
    private readonly ImageDecoder _decoder;

    /// <summary>Makes a loader.</summary>
    /// <param name="preprocessing">The size and the resize rule.</param>
    /// <param name="limits">What to refuse; the defaults of <see cref="ImageLimits"/> when null.</param>
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

    /// <summary>How many values one picture has: height x width x 3.</summary>
    public int ValueCount => checked(Preprocessing.Height * Preprocessing.Width * 3);

    /// <summary>Loads a picture from a file's content.</summary>
    /// <param name="bytes">The content; must not change meanwhile.</param>
    /// <param name="name">What to call it in messages: a path, or where it came from.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Load(ReadOnlyMemory<byte> bytes, string name, Span<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckLength(rgb.Length, nameof(rgb));
        using var image = Decode(bytes, name);
        Resize(image, rgb);
    }

    /// <summary>Loads a picture from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">The file cannot be read, or not as a picture within the limits.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Load(string path, Span<byte> rgb) => Load(ImageDecoder.ReadFile(path, _limits), path, rgb);

    /// <summary>Brings a picture that is decoded already to the size.</summary>
    /// <param name="image">The picture, which is left as it is.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void Load(RgbImage image, Span<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckLength(rgb.Length, nameof(rgb));
        Resize(image, rgb);
    }

    /// <summary>Loads a picture from a file's content, as the floating-point numbers that a network takes.</summary>
    /// <param name="bytes">The content; must not change meanwhile.</param>
    /// <param name="name">What to call it in messages: a path, or where it came from.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void LoadPixels(ReadOnlyMemory<byte> bytes, string name, Span<float> rgb)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckLength(rgb.Length, nameof(rgb));
        using var image = Decode(bytes, name);
        LoadPixels(image, rgb);
    }

    /// <summary>
    /// Loads a picture from a file's content and shows it to somebody else too, so that it is decoded only once.
    /// </summary>
    /// <param name="bytes">The content; must not change meanwhile.</param>
    /// <param name="name">What to call it in messages: a path, or where it came from.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <param name="look">
    /// Gets the header and the decoded picture, which is at least twice the size that it is resized to unless the file
    /// is smaller; it must not keep the picture.
    /// </param>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void LoadPixels(ReadOnlyMemory<byte> bytes, string name, Span<float> rgb, Action<ImageInfo, RgbImage> look)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(look);
        CheckLength(rgb.Length, nameof(rgb));
        using var image = Show(bytes, name, look);
        LoadPixels(image, rgb);
    }

    /// <summary>
    /// Decodes a picture to the size that <see cref="Load(RgbImage, Span{byte})"/> resizes, for somebody to look at.
    /// </summary>
    /// <param name="bytes">The content; must not change meanwhile.</param>
    /// <param name="name">What to call it in messages: a path, or where it came from.</param>
    /// <param name="look">Gets the header and the decoded picture; it must not keep the picture.</param>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    public void Look(ReadOnlyMemory<byte> bytes, string name, Action<ImageInfo, RgbImage> look)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(look);
        Show(bytes, name, look).Dispose();
    }

    /// <summary>Loads a picture from a file, as the floating-point numbers that a network takes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">The file cannot be read, or not as a picture within the limits.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void LoadPixels(string path, Span<float> rgb) => LoadPixels(ImageDecoder.ReadFile(path, _limits), path, rgb);

    /// <summary>
    /// Brings a picture that is decoded already to the size, as the floating-point numbers that a network takes.
    /// </summary>
    /// <param name="image">The picture, which is left as it is.</param>
    /// <param name="rgb">Gets <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has not <see cref="ValueCount"/> values.</exception>
    public void LoadPixels(RgbImage image, Span<float> rgb)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckLength(rgb.Length, nameof(rgb));
        using var resized = new RgbImage(Preprocessing.Width, Preprocessing.Height);
        var bytes = resized.Pixels;
        Resize(image, bytes);
        for (var i = 0; i < bytes.Length; i++)
            rgb[i] = bytes[i];
    }

    /// <summary>Decodes a picture to the size that <see cref="Load(RgbImage, Span{byte})"/> resizes.</summary>
    internal RgbImage Decode(ReadOnlyMemory<byte> bytes, string name) => _decoder.Decode(bytes, name, Enough);

    private RgbImage Show(ReadOnlyMemory<byte> bytes, string name, Action<ImageInfo, RgbImage> look)
    {
        ImageInfo? header = null;
        var image = _decoder.Decode(bytes, name, info => Enough(header = info));
        try
        {
            look(header!, image);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Twice what the whole picture is scaled to, before anything is cut off.</summary>
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

    private void Resize(RgbImage image, Span<byte> rgb) =>
        ImageResizer.Resize(
            image,
            Preprocessing.Width,
            Preprocessing.Height,
            Preprocessing.Resize,
            Preprocessing.ShorterSide,
            Preprocessing.Interpolation,
            rgb
        );

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
