using Graft.Data;
using Graft.Features.Backbones;
using Graft.Imaging;
using Graft.Learning.Batches;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Training.Runs;
using Graft.Weights;

namespace Graft.Training;

/// <summary>
/// Draws a few images as training sees them, one image per row. The first column is without augmentation; each further
/// column is one epoch. The batches come from the same code as in training.
/// </summary>
public static class AugmentationPreview
{
    private const int Gap = 4;
    private const int Channels = 3;
    private const int LargestSide = 16_384;
    private const byte Background = 255;

    /// <summary>Writes the preview.</summary>
    /// <param name="home">Where weights are stored; their preprocessing is used.</param>
    /// <param name="request">What to show.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="PullException">No weights have the requested name.</exception>
    /// <exception cref="ArgumentException">
    /// The output's file type is not supported, or the preview would be too large.
    /// </exception>
    /// <exception cref="DatasetException">There are no images, or none can be read.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static AugmentationPreviewReport Run(
        GraftHome home,
        AugmentationPreviewRequest request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Images, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Epochs, 1, nameof(request));
        var format = FormatOf(request.Output);
        var preprocessing = Backbone.PreprocessingOf(
            new ModelStore(home).Find(request.Backbone),
            request.ImageSize,
            request.Resize
        );
        var bad = new List<BadImage>();
        var images = Choose(request, preprocessing, bad, cancellationToken);
        var (width, height) = (Side(preprocessing.Width, request.Epochs + 1), Side(preprocessing.Height, images.Count));
        if (width > LargestSide || height > LargestSide)
            throw new ArgumentException(
                $"A preview of {images.Count} images, {request.Epochs} times, would be {width}x{height} pixels; at "
                    + $"most {LargestSide} a side are possible. Show fewer.",
                nameof(request)
            );

        var pixels = new byte[checked(width * height * Channels)];
        Array.Fill(pixels, Background);
        var options = new AugmentedImagesOptions
        {
            BatchSize = images.Count,
            Seed = request.Seed,
            Augmentation = request.Augmentation,
            Sampling = Sampling.InOrder,
            Limits = request.Limits,
        };
        Draw(AugmentedImages.ForValidation(images, 1, preprocessing, options), 1, 0);
        var augmented = new AugmentedImages(images, 1, preprocessing, options);
        for (var epoch = 1; epoch <= request.Epochs; epoch++)
            Draw(augmented, epoch, epoch);

        using (var preview = RgbImage.FromPixels(width, height, pixels))
        {
            var content = ImageEncoder.Encode(preview, format);
            AtomicFile.Write(request.Output, stream => stream.Write(content));
        }

        return new AugmentationPreviewReport
        {
            Output = Path.GetFullPath(request.Output),
            Width = width,
            Height = height,
            Images = [.. images.Select(image => image.Name)],
            Epochs = request.Epochs,
            Augmentation = request.Augmentation.ToString(),
            BadImages = bad,
        };

        void Draw(AugmentedImages source, int epoch, int column)
        {
            foreach (var batch in source.Epoch(epoch, 0, cancellationToken))
            {
                using (batch)
                    DrawColumn(batch.Inputs, pixels, width, Gap + (column * (preprocessing.Width + Gap)));
            }
        }
    }

    private static int Side(int cell, int count) => checked((count * (cell + Gap)) + Gap);

    private static void DrawColumn(Tensor batch, byte[] pixels, int width, int left)
    {
        var (cellHeight, cellWidth) = (batch.Shape[1], batch.Shape[2]);
        for (var image = 0; image < batch.Shape[0]; image++)
        {
            var values = batch.Rows(image);
            var top = Gap + (image * (cellHeight + Gap));
            for (var y = 0; y < cellHeight; y++)
            {
                var target = pixels.AsSpan((((top + y) * width) + left) * Channels, cellWidth * Channels);
                for (var i = 0; i < target.Length; i++)
                    target[i] = (byte)Math.Round(values[(y * cellWidth * Channels) + i]);
            }
        }
    }

    /// <summary>
    /// Chooses images spread evenly over the folder, so that every class appears. A bad image is replaced by the next
    /// good one.
    /// </summary>
    private static List<ImageSample> Choose(
        AugmentationPreviewRequest request,
        Preprocessing preprocessing,
        List<BadImage> bad,
        CancellationToken cancellationToken
    )
    {
        var files = ImageFolder.List(request.Data);
        var loader = new ImageLoader(preprocessing, request.Limits);
        var pixels = new float[loader.ValueCount];
        var chosen = new List<ImageSample>();
        var next = 0;
        for (var row = 0; row < request.Images && next < files.Count; row++)
        {
            next = Math.Max(next, (int)((long)row * files.Count / request.Images));
            while (next < files.Count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var file = files[next++];
                if (Reason(file.Path) is { } reason)
                {
                    bad.Add(new(file.Path, reason));
                    continue;
                }

                chosen.Add(file with { Label = 0 });
                break;
            }
        }

        return chosen.Count > 0
            ? chosen
            : throw new DatasetException(
                $"Showing augmentation: none of the {files.Count} files in '{request.Data}' is an image that can be "
                    + $"read; the first is '{bad[0].Path}' ({bad[0].Reason})."
            );

        string? Reason(string path)
        {
            try
            {
                loader.Load(path, pixels);
                return null;
            }
            catch (ImageException error)
            {
                return error.Reason;
            }
        }
    }

    private static ImageFormat FormatOf(string output) =>
        Path.GetExtension(output).ToLowerInvariant() switch
        {
            ".png" => ImageFormat.Png,
            ".jpg" or ".jpeg" => ImageFormat.Jpeg,
            ".webp" => ImageFormat.WebP,
            var other => throw new ArgumentException(
                $"A preview can be written as '.png', '.jpg' or '.webp', not as '{other}': '{output}'.",
                nameof(output)
            ),
        };
}
