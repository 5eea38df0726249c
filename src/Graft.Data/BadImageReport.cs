using Graft.Weights.Csv;

namespace Graft.Data;

/// <summary>The list of images that were left out of a run: <c>bad-images.csv</c>.</summary>
public static class BadImageReport
{
    /// <summary>Writes the list, in ordinal order of the paths; only the header if there are no bad images.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="images">The bad images.</param>
    /// <exception cref="IOException">
    /// The file cannot be written; the message names the folder and what to do.
    /// </exception>
    public static void Write(string path, IEnumerable<BadImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        CsvFile.Write(
            path,
            ["path", "reason"],
            images
                .OrderBy(image => image.Path, StringComparer.Ordinal)
                .Select(IReadOnlyList<string> (image) => [image.Path, image.Reason])
        );
    }
}
