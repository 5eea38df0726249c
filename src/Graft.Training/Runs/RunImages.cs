using Graft.Data;
using Graft.Data.Hashing;
using Graft.Imaging;
using Graft.Weights.Csv;

namespace Graft.Training.Runs;

/// <summary>
/// Reads and writes <c>images.csv</c>: split, path, class and SHA-256 of every image of a run. A run can be resumed
/// only with the same images.
/// </summary>
internal static class RunImages
{
    private static readonly string[] Header = ["split", "path", "class", "sha256"];

    /// <summary>Writes the list, or checks that the list of an earlier start is the same.</summary>
    /// <exception cref="RunException">
    /// The images have changed since the run was started; the message names one.
    /// </exception>
    public static void WriteOrCheck(RunFolder folder, ImageDataset images, ImageLimits limits)
    {
        string[][] rows =
        [
            .. Rows("train", images.Training),
            .. Rows("validation", images.Validation),
            .. Rows("test", images.Test),
        ];
        if (File.Exists(folder.Images))
            Check(folder, rows);
        else
            CsvFile.Write(folder.Images, Header, rows);

        IEnumerable<string[]> Rows(string split, IReadOnlyList<ImageSample> list) =>
            list.Select(image => (string[])[split, image.Name, images.ClassNames[image.Label], Hash(image, limits)]);
    }

    /// <summary>The SHA-256 of an image's content as 64 hexadecimal digits; empty if it cannot be read.</summary>
    public static string Hash(ImageSample content, ImageLimits limits)
    {
        try
        {
            return (content.Hash ?? ContentHash.Compute(content.Read(limits))).ToString();
        }
        catch (ImageException)
        {
            // Feature extraction lists it as a bad image, with the reason.
            return "";
        }
    }

    private static void Check(RunFolder folder, string[][] rows)
    {
        var before = CsvFile.Read(folder.Images);
        if (before.Count == 0 || !before[0].SequenceEqual(Header))
            throw new RunException(
                $"'{folder.Images}' is damaged: a list of the run's images was expected. Start a new run."
            );
        var known = before.Skip(1).ToDictionary(Key, row => row[3], StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (!known.Remove(Key(row), out var hash))
                throw Changed(folder, $"'{row[1]}' ({row[0]}, {row[2]}) was not there then");
            if (hash != row[3])
                throw Changed(folder, $"'{row[1]}' had other content then");
        }

        if (known.Count > 0)
            throw Changed(
                folder,
                $"{string.Join(", ", known.Keys.Take(1).Select(key => $"'{key.Split('\n')[1]}'"))} "
                    + $"{(known.Count > 1 ? $"and {known.Count - 1} more are" : "is")} gone, or in another class or "
                    + "split"
            );

        static string Key(IReadOnlyList<string> row) => $"{row[0]}\n{row[1]}\n{row[2]}";
    }

    private static RunException Changed(RunFolder folder, string what) =>
        new(
            $"The run in '{folder.Path}' cannot be resumed, because its images have changed since it began: {what}. "
                + $"Restore them, or start a new run."
        );
}
