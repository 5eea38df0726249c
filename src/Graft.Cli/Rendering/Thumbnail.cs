using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>
/// Draws small images with half blocks: a character's upper half has one colour, its lower half another.
/// </summary>
internal static class Thumbnail
{
    private const string UpperHalf = "\u2580";

    /// <summary>Draws one line of characters, which is two rows of pixels.</summary>
    /// <param name="console">Where it is drawn.</param>
    /// <param name="pixels">8-bit RGB, <c>[side, side, 3]</c>.</param>
    /// <param name="side">Width and height of the image.</param>
    /// <param name="shownSide">Width and height to draw it at; divides <paramref name="side"/>.</param>
    /// <param name="line">Which line, from 0.</param>
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
