using Graft.Data;
using Graft.Data.Measurements;
using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Features;

/// <summary>Decodes images to one of their views. Thread-safe.</summary>
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

    /// <summary>Decodes an image to the network's input.</summary>
    /// <param name="sample">The image, with the hash of its content.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="pixels">Receives RGB values of 0 to 255.</param>
    /// <returns>The facts of the image; null where they are not measured.</returns>
    /// <exception cref="ImageException">The image is bad.</exception>
    public ImageFacts? Load(ImageSample sample, byte[] content, Span<float> pixels)
    {
        using var decoded = sample.Decode(content, _loader);
        if (_view.IsPlain)
        {
            _loader.Resize(decoded.Pixels, pixels);
            return _measures ? ImageMeasurement.Compute(decoded.Info, decoded.Pixels, content.Length) : null;
        }

        using var prepared = _augmenter.Prepare(decoded.Pixels);
        _augmenter.Render(prepared, _view.Transform(_augmenter, prepared, sample.Hash!.Value), pixels);
        return null;
    }
}
