using System.Runtime.InteropServices;

namespace Graft.Imaging;

/// <summary>
/// Rotates or flips an image upright. The eight values of EXIF's Orientation say where the stored first row and first
/// column belong in the image as it is shown.
/// </summary>
/// <remarks>Source: Exif 2.32, tag 0x0112.</remarks>
internal static class ExifOrientation
{
    /// <summary>Whether the image as shown has the stored width as its height.</summary>
    public static bool SwapsSides(int orientation) => orientation >= 5;

    /// <summary>Copies <c>[height, width, 3]</c> stored pixels to the image as it is shown.</summary>
    public static void Apply(int orientation, int width, int height, ReadOnlySpan<byte> stored, Span<byte> shown)
    {
        if (orientation is < 2 or > 8)
        {
            stored.CopyTo(shown);
            return;
        }

        // Where the stored pixel (x, y) goes, in pixels: start + x * stepX + y * stepY.
        var shownWidth = SwapsSides(orientation) ? height : width;
        var (right, down) = SwapsSides(orientation) ? (shownWidth, 1) : (1, shownWidth);
        var mirrorX = orientation is 2 or 3 or 7 or 8;
        var mirrorY = orientation is 3 or 4 or 6 or 7;
        var start = (mirrorX ? (width - 1) * right : 0) + (mirrorY ? (height - 1) * down : 0);
        var stepX = mirrorX ? -right : right;
        var stepY = mirrorY ? -down : down;

        var source = MemoryMarshal.Cast<byte, Pixel>(stored);
        var target = MemoryMarshal.Cast<byte, Pixel>(shown);
        for (var y = 0; y < height; y++)
        {
            var at = start + y * stepY;
            foreach (var pixel in source.Slice(y * width, width))
            {
                target[at] = pixel;
                at += stepX;
            }
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly struct Pixel
    {
        private readonly byte _red;
        private readonly byte _green;
        private readonly byte _blue;
    }
}
