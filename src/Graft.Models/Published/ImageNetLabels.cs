namespace Graft.Models.Published;

/// <summary>
/// The 1,000 classes of ImageNet's challenge of 2012 in the order of all networks trained on it, as torchvision calls
/// them (the first of WordNet's words, made different where two classes share it).
/// </summary>
internal static class ImageNetLabels
{
    /// <summary>What the weights of the catalogue were trained on.</summary>
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
