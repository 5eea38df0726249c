using Graft.Classification.Confidence;
using Graft.Weights;
using Graft.Weights.Csv;

namespace Graft.Classification;

/// <summary>
/// The training photos of a run with sketches of their features, in the file <c>neighbours.csv</c> beside its model:
/// they explain a prediction by the photos that it was learned from. They are not in the model file, which is given
/// away without names of photos. Immutable, thread-safe.
/// </summary>
public sealed class NeighbourFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "neighbours.csv";

    private static readonly string[] Header = ["path", "class", "sketch"];

    private readonly IReadOnlyList<(string Path, string Label, sbyte[] Sketch)> _photos;

    private NeighbourFile(IReadOnlyList<(string Path, string Label, sbyte[] Sketch)> photos) => _photos = photos;

    /// <summary>Writes the file.</summary>
    public static void Write(string path, IEnumerable<(string Path, string Label, sbyte[] Sketch)> photos) =>
        CsvFile.Write(
            path,
            Header,
            photos.Select(photo =>
                (string[])
                    [
                        photo.Path,
                        photo.Label,
                        Convert.ToBase64String(Array.ConvertAll(photo.Sketch, value => (byte)value)),
                    ]
            )
        );

    /// <summary>Reads the file that lies beside a model.</summary>
    /// <param name="model">The model's file.</param>
    /// <exception cref="FileNotFoundException">There is none; the message says where it comes from.</exception>
    /// <exception cref="WeightsFormatException">It is damaged.</exception>
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

    /// <summary>The photos that are nearest to a picture.</summary>
    /// <param name="prediction">What the classifier says of the picture.</param>
    /// <param name="count">How many photos, at most.</param>
    /// <param name="label">Only those of this class; all when null.</param>
    /// <returns>The nearest first; nothing where the classifier does not know the picture's features.</returns>
    public IReadOnlyList<Neighbour> Nearest(Prediction prediction, int count, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (prediction.Projection is not { } sketch)
            return [];
        return
        [
            .. _photos
                .Where(photo => label is null || photo.Label == label)
                .Select(photo => new Neighbour(
                    photo.Path,
                    photo.Label,
                    RandomProjection.Distance(photo.Sketch, sketch)
                ))
                .OrderBy(photo => photo.Distance)
                .ThenBy(photo => photo.Path, StringComparer.Ordinal)
                .Take(count),
        ];
    }
}
