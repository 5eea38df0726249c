namespace Graft.Imaging.Augmentation;

/// <summary>
/// Loads several fixed views of an image at a network's input size, decoding it once. The unchanged view is exactly the
/// output of <see cref="ImageLoader"/>; the flipped view is its horizontal flip. Thread-safe.
/// </summary>
public sealed class ImageViews
{
    private readonly IReadOnlyList<ImageTransform> _views;
    private readonly ImageLoader _loader;
    private readonly ImageAugmenter _flipping;
    private readonly ImageAugmenter _warping;

    /// <summary>Creates a source of views.</summary>
    /// <param name="preprocessing">The size and the resize rule.</param>
    /// <param name="views">The views, one or more: <see cref="TestTimeViews.First"/>.</param>
    /// <param name="limits">The limits; the defaults of <see cref="ImageLimits"/> when null.</param>
    public ImageViews(Preprocessing preprocessing, IReadOnlyList<ImageTransform> views, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(views);
        ArgumentOutOfRangeException.ThrowIfZero(views.Count, nameof(views));
        _views = views;
        _loader = new(preprocessing, limits);
        _flipping = new(preprocessing, false, limits);
        _warping = new(preprocessing, true, limits);
    }

    /// <summary>The number of views.</summary>
    public int Count => _views.Count;

    /// <summary>Loads the views of an image from a file's content.</summary>
    /// <param name="bytes">The content; must not change during the call.</param>
    /// <param name="name">The name used in messages: a path or another source.</param>
    /// <param name="rgb">Receives <c>[views, height, width, 3]</c> values of 0 to 255.</param>
    /// <exception cref="ImageException">
    /// The format is not supported, or the file is damaged, truncated or over a limit.
    /// </exception>
    public void Load(ReadOnlyMemory<byte> bytes, string name, Span<float> rgb)
    {
        using var decoded = _loader.Decode(bytes, name);
        Load(decoded.Pixels, rgb);
    }

    /// <summary>Resizes the views of a decoded image.</summary>
    /// <param name="image">The image, which is not changed.</param>
    /// <param name="rgb">Receives <c>[views, height, width, 3]</c> values of 0 to 255.</param>
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
