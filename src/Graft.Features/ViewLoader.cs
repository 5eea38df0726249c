using Graft.Data.Measurements;
using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Features;

/// <summary>Decodes pictures to one of their views. Thread-safe.</summary>
internal sealed class ViewLoader
{
    private readonly ImageLoader _loader;
    private readonly ImageAugmenter _augmenter;
    private readonly FeatureView _view;
    private readonly bool _measures;

    public ViewLoader(Preprocessing preprocessing, ImageLimits limits, FeatureView view, bool measures)
    {
        _loader = new(preprocessing, limits);
        _augmenter = new(preprocessing, view.Warps, limits);
        _view = view;
        _measures = measures;
        Limits = limits;
    }

    public Preprocessing Preprocessing => _loader.Preprocessing;

    public ImageLimits Limits { get; }

    /// <summary>Decodes a picture.</summary>
    /// <param name="picture">Which picture.</param>
    /// <param name="content">Its bytes, whose hash it has.</param>
    /// <param name="pixels">Gets RGB values of 0 to 255.</param>
    /// <exception cref="ImageException">The picture is bad.</exception>
    public void Load(PictureState picture, byte[] content, Span<float> pixels)
    {
        if (_view.IsPlain && _measures)
        {
            picture.Content.LoadPixels(content, _loader, pixels, (info, image) =>
                picture.Facts = ImageMeasurement.Compute(info, image, content.Length)
            );
            return;
        }

        if (_view.IsPlain)
        {
            picture.Content.LoadPixels(content, _loader, pixels);
            return;
        }

        using var prepared = picture.Content.Prepare(content, _augmenter);
        _augmenter.Render(prepared, _view.Transform(_augmenter, prepared, picture.Hash!.Value), pixels);
    }
}
