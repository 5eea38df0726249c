namespace Graft.Models.Published;

/// <summary>
/// The 1,000 classes of the ImageNet challenge of 2012, in the order of the outputs of all networks trained on it. The
/// names are torchvision's: the first word of each WordNet synset, made distinct where two classes share it.
/// </summary>
internal static class ImageNetLabels
{
    /// <summary>The data set that the weights of the catalogue were trained on.</summary>
    public const string DataSet = "ImageNet (ILSVRC 2012), 1.28 million photos of 1,000 classes";

    private static readonly Lazy<IReadOnlyList<string>> Lines = new(Read);

    /// <summary>The labels.</summary>
    public static IReadOnlyList<string> All => Lines.Value;

    private static string[] Read()
    {
        using var stream = typeof(ImageNetLabels).Assembly.GetManifestResourceStream("imagenet-labels.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
