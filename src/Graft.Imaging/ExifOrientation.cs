using System.Runtime.InteropServices;

namespace Graft.Imaging;

/// <summary>
/// Rotates and flips an image upright. The eight values of EXIF's Orientation say where the first stored row and the
/// first stored column belong in the displayed image.
/// </summary>
/// <remarks>Source: Exif 2.32, tag 0x0112.</remarks>
internal static class ExifOrientation
{
    /// <summary>Whether the width of the displayed image is the stored height.</summary>
    public static bool SwapsSides(int orientation) => orientation >= 5;

    /// <summary>Copies stored pixels, <c>[height, width, 3]</c>, to the displayed image.</summary>
    public static void Apply(int orientation, int width, int height, ReadOnlySpan<byte> stored, Span<byte> shown)
    {
        if (orientation is < 2 or > 8)
        {
            stored.CopyTo(shown);
            return;
        }

        // The stored pixel (x, y) goes to start + x * stepX + y * stepY, in pixels.
        var shownWidth = SwapsSides(orientation) ? height : width;
        var (right, down) = SwapsSides(orientation) ? (shownWidth, 1) : (1, shownWidth);
        var flipX = orientation is 2 or 3 or 7 or 8;
        var flipY = orientation is 3 or 4 or 6 or 7;
        var start = (flipX ? (width - 1) * right : 0) + (flipY ? (height - 1) * down : 0);
        var stepX = flipX ? -right : right;
        var stepY = flipY ? -down : down;

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
