using Graft.Data;
using Graft.Imaging;
using Graft.Reports;
using Graft.Training.Measurement;

namespace Graft.Training.Reporting;

/// <summary>Makes cards for images: the image, its heat map and the five likeliest classes.</summary>
/// <param name="classNames">The class names.</param>
/// <param name="limits">Limits on the size of images.</param>
internal sealed class ImageCards(IReadOnlyList<string> classNames, ImageLimits limits)
{
    private const int ListedClasses = 5;

    /// <summary>The maximum length of a class name in a bar; longer names are cut off.</summary>
    private const int LongestName = 28;

    private readonly ImageThumbnails _thumbnails = new(limits: limits);

    /// <summary>Makes a card.</summary>
    /// <param name="image">The image.</param>
    /// <param name="prediction">The prediction for it.</param>
    /// <param name="heat">The heat map; null if there is none.</param>
    /// <param name="preprocessing">The network's preprocessing; null if not known.</param>
    public ImageCard Of(ImageSample image, ImagePrediction prediction, float[][]? heat, Preprocessing? preprocessing)
    {
        var truth = classNames[prediction.Label];
        var caption =
            prediction.Called == prediction.Label
                ? Html.From($"<span class=\"good\">{truth}</span>")
                : Html.From($"<span class=\"bad\">{truth}, predicted as {classNames[prediction.Called]}</span>");
        return new ImageCard(Thumbnail(image, preprocessing), image.Name)
        {
            Caption = caption,
            Bars =
            [
                .. prediction
                    .Ranked.Take(ListedClasses)
                    .Select(c => new ImageBar(
                        Short(classNames[c]),
                        prediction.Probabilities[c],
                        c == prediction.Label
                    )),
            ],
            More =
                heat is not null && preprocessing is not null && Heated(image, heat, preprocessing) is { } heated
                    ? [heated]
                    : [],
        };
    }

    /// <summary>The image file; for an image that is not a file, the network's input.</summary>
    private ImageThumbnail? Thumbnail(ImageSample image, Preprocessing? preprocessing)
    {
        if (File.Exists(image.Path))
            return _thumbnails.OfFile(image.Path);
        if (preprocessing is null)
            return null;
        using var view = View(image, preprocessing);
        return view is null ? null : _thumbnails.OfPicture(view);
    }

    private ImageThumbnail? Heated(ImageSample image, float[][] heat, Preprocessing preprocessing)
    {
        using var view = View(image, preprocessing);
        if (view is null)
            return null;
        HeatOverlay.Paint(view, heat);
        if (preprocessing.Resize != ResizeRule.Stretch || Proportions(image) is not { } photo)
            return _thumbnails.OfPicture(view);
        // The network's input is stretched to a square. Beside the image, the heat map is easier to read in the image's
        // own proportions.
        var scale = (double)Math.Max(view.Width, view.Height) / Math.Max(photo.Width, photo.Height);
        using var unstretched = ImageResizer.Resize(
            view,
            Math.Max(1, (int)(photo.Width * scale)),
            Math.Max(1, (int)(photo.Height * scale))
        );
        return _thumbnails.OfPicture(unstretched);
    }

    private RgbImage? View(ImageSample content, Preprocessing preprocessing)
    {
        try
        {
            var loader = new ImageLoader(preprocessing, limits);
            var values = new float[loader.ValueCount];
            using var decoded = content.Decode(content.Read(limits), loader);
            loader.Resize(decoded.Pixels, values);
            return RgbImage.FromPixels(
                preprocessing.Width,
                preprocessing.Height,
                Array.ConvertAll(values, value => (byte)Math.Clamp(value + 0.5f, 0, 255))
            );
        }
        catch (ImageException)
        {
            return null;
        }
    }

    private ImageInfo? Proportions(ImageSample content)
    {
        try
        {
            return File.Exists(content.Path)
                ? new ImageDecoder(limits).Probe(content.Read(limits), content.Path)
                : null;
        }
        catch (ImageException)
        {
            return null;
        }
    }

    private static string Short(string name) =>
        name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, LongestName - 1), "…");
}
