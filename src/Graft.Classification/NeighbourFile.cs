using Graft.Classification.Confidence;
using Graft.Weights;
using Graft.Weights.Csv;

namespace Graft.Classification;

/// <summary>
/// The training images of a run with random projections of their features, in the file <c>neighbours.csv</c> beside the
/// model. A prediction is explained by the most similar training images. The file is separate from the model file, so
/// that the model can be shared without the names of the images. Immutable, thread-safe.
/// </summary>
public sealed class NeighbourFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "neighbours.csv";

    private static readonly string[] Header = ["path", "class", "sketch"];

    private readonly IReadOnlyList<(string Path, string Label, sbyte[] Projection)> _images;

    private NeighbourFile(IReadOnlyList<(string Path, string Label, sbyte[] Projection)> images) => _images = images;

    /// <summary>Writes the file; <paramref name="images"/> are the training images with their projections.</summary>
    public static void Write(string path, IEnumerable<(string Path, string Label, sbyte[] Projection)> images) =>
        CsvFile.Write(
            path,
            Header,
            images.Select(image =>
                (string[])
                    [
                        image.Path,
                        image.Label,
                        Convert.ToBase64String(Array.ConvertAll(image.Projection, value => (byte)value)),
                    ]
            )
        );

    /// <summary>Reads the file beside a model.</summary>
    /// <param name="model">The model's file.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged.</exception>
    public static NeighbourFile Beside(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"Explaining a prediction needs '{path}', which 'graft train' writes beside the model. Name the "
                    + $"model in its run folder, copy that file too, or train the model again.",
                path
            );
        var rows = CsvFile.Read(path);
        if (rows.Count == 0 || !rows[0].SequenceEqual(Header))
            throw Wrong(
                $"the columns {string.Join(", ", Header)}",
                rows.Count == 0 ? "an empty file" : string.Join(", ", rows[0])
            );
        return new([.. rows.Skip(1).Select(Parse)]);

        (string, string, sbyte[]) Parse(IReadOnlyList<string> row, int index)
        {
            var bytes = new byte[RandomProjection.Length];
            if (
                row.Count != Header.Length
                || !Convert.TryFromBase64String(row[2], bytes, out var count)
                || count != bytes.Length
            )
                throw Wrong(
                    $"a path, a class and a sketch of {RandomProjection.Length} bytes",
                    $"something else in line {index + 2}"
                );
            return (row[0], row[1], Array.ConvertAll(bytes, value => (sbyte)value));
        }

        WeightsFormatException Wrong(string expected, string found) =>
            new("Reading the training photos", path, expected, found, "The file was altered: train the model again.");
    }

    /// <summary>Finds the training images nearest to a classified image.</summary>
    /// <param name="prediction">The prediction for the image.</param>
    /// <param name="count">The maximum number of images to return.</param>
    /// <param name="label">Restricts the result to this class; null means all classes.</param>
    /// <returns>The images, nearest first; empty if the prediction has no projected features.</returns>
    public IReadOnlyList<Neighbour> Nearest(Prediction prediction, int count, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (prediction.Projection is not { } projection)
            return [];
        return
        [
            .. _images
                .Where(image => label is null || image.Label == label)
                .Select(image => new Neighbour(
                    image.Path,
                    image.Label,
                    RandomProjection.Distance(image.Projection, projection)
                ))
                .OrderBy(image => image.Distance)
                .ThenBy(image => image.Path, StringComparer.Ordinal)
                .Take(count),
        ];
    }
}
