using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>
/// Draws small images with half-block characters: the upper and the lower half of a character show one pixel each.
/// </summary>
internal static class Thumbnail
{
    private const string UpperHalf = "\u2580";

    /// <summary>Draws one line of characters, which shows two rows of pixels.</summary>
    /// <param name="console">Receives the characters.</param>
    /// <param name="pixels">8-bit RGB, <c>[side, side, 3]</c>.</param>
    /// <param name="side">The width and height of the image in pixels.</param>
    /// <param name="shownSide">The width and height to draw, in pixels; a divisor of <paramref name="side"/>.</param>
    /// <param name="line">The index of the line, from 0.</param>
    public static void WriteLine(IAnsiConsole console, byte[] pixels, int side, int shownSide, int line)
    {
        for (var x = 0; x < shownSide; x++)
        {
            var upper = Mean(pixels, side, side / shownSide, x, 2 * line);
            var lower = Mean(pixels, side, side / shownSide, x, (2 * line) + 1);
            console.Write(new Text(UpperHalf, new Style(upper, lower)));
        }
    }

    private static Color Mean(byte[] pixels, int side, int scale, int x, int y)
    {
        Span<int> sums = stackalloc int[3];
        for (var row = y * scale; row < (y + 1) * scale; row++)
        {
            for (var column = x * scale; column < (x + 1) * scale; column++)
            {
                for (var channel = 0; channel < sums.Length; channel++)
                    sums[channel] += pixels[(((row * side) + column) * 3) + channel];
            }
        }

        var count = scale * scale;
        return new((byte)(sums[0] / count), (byte)(sums[1] / count), (byte)(sums[2] / count));
    }
}
