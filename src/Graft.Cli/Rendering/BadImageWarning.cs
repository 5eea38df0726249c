using Graft.Data;

namespace Graft.Cli.Rendering;

/// <summary>Warns about images that were left out, for commands that write no list of them to a file.</summary>
internal static class BadImageWarning
{
    private const int Listed = 10;

    /// <summary>Writes a line for each of the first images, and the number of the others.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<BadImage> images)
    {
        if (images.Count == 0)
            return;
        terminal.Warn(
            $"{Format.Count(images.Count, "image")} could not be read and {(images.Count == 1 ? "was" : "were")} "
                + $"left out:"
        );
        foreach (var image in images.Take(Listed))
            terminal.Error.WriteLine($"  {image.Path}: {image.Reason}");
        if (images.Count > Listed)
            terminal.Error.WriteLine($"  and {Format.Count(images.Count - Listed)} more");
    }
}
