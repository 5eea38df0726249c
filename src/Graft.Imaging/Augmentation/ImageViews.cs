namespace Graft.Imaging.Augmentation;

/// <summary>
/// From a file to several fixed views of an image as a network takes them; it is decoded once. The view without any
/// change is exactly what <see cref="ImageLoader"/> gives, the mirrored one its mirror image. Thread-safe.
/// </summary>
public sealed class ImageViews
{
    private readonly IReadOnlyList<ImageTransform> _views;
    private readonly ImageLoader _loader;
    private readonly ImageAugmenter _flipping;
    private readonly ImageAugmenter _warping;

    /// <summary>Makes a source of views.</summary>
    /// <param name="preprocessing">The size and the resize rule.</param>
    /// <param name="views">The views, one or more: <see cref="TestTimeViews.First"/>.</param>
    /// <param name="limits">What to refuse; the defaults of <see cref="ImageLimits"/> when null.</param>
    public ImageViews(Preprocessing preprocessing, IReadOnlyList<ImageTransform> views, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(views);
        ArgumentOutOfRangeException.ThrowIfZero(views.Count, nameof(views));
        _views = views;
        _loader = new(preprocessing, limits);
        _flipping = new(preprocessing, false, limits);
        _warping = new(preprocessing, true, limits);
    }

    /// <summary>How many views.</summary>
    public int Count => _views.Count;

    /// <summary>Loads the views of an image from a file's content.</summary>
    /// <param name="bytes">The content; must not change meanwhile.</param>
    /// <param name="name">What to call it in messages: a path, or where it came from.</param>
    /// <param name="rgb">Gets <c>[views, height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">Not one of the formats, damaged, truncated, or beyond the limits.</exception>
    public void Load(ReadOnlyMemory<byte> bytes, string name, Span<float> rgb)
    {
        using var decoded = _loader.Decode(bytes, name);
        Load(decoded, rgb);
    }

    /// <summary>Brings the views of an image that is decoded already to the size.</summary>
    /// <param name="image">The image, which is left as it is.</param>
    /// <param name="rgb">Gets <c>[views, height, width, 3]</c> values of 0 to 255.</param>
    public void Load(RgbImage image, Span<float> rgb)
    {
        Render(_flipping, false, image, rgb);
        if (_views.Any(view => view.Warps))
            Render(_warping, true, image, rgb);
    }

    private void Render(ImageAugmenter augmenter, bool warps, RgbImage image, Span<float> rgb)
    {
        using var prepared = augmenter.Prepare(image);
        for (var i = 0; i < _views.Count; i++)
        {
            if (_views[i].Warps == warps)
                augmenter.Render(prepared, _views[i], rgb.Slice(i * augmenter.ValueCount, augmenter.ValueCount));
        }
    }
}
