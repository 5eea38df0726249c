using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Graft.Imaging.Augmentation;

/// <summary>
/// Warps 8-bit RGB pixels by an affine map in a single resampling: bilinear, and antialiased where the map reduces. All
/// machines give the same bits.
/// </summary>
/// <remarks>A vector holds the three channels of one pixel and a fourth value that is dropped.</remarks>
internal static class AffineWarp
{
    private const int Channels = 3;

    /// <summary>Selects bytes 0-2 and 3-5 of two rows of 8 bytes, with a zero after each pixel.</summary>
    private static readonly Vector128<byte> Pixels = Vector128.Create(
        0,
        1,
        2,
        255,
        3,
        4,
        5,
        255,
        8,
        9,
        10,
        255,
        11,
        12,
        13,
        (byte)255
    );

    /// <summary>Warps an image.</summary>
    /// <param name="source">The pixels, <c>[sourceHeight, sourceWidth, 3]</c>.</param>
    /// <param name="sourceWidth">Width in pixels.</param>
    /// <param name="sourceHeight">Height in pixels.</param>
    /// <param name="map">
    /// Maps positions in the result to positions in the source, both in pixels from the top left corner.
    /// </param>
    /// <param name="fill">How pixels outside the source are filled.</param>
    /// <param name="result">Receives <c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <param name="width">Width of the result in pixels.</param>
    public static void Warp(
        ReadOnlySpan<byte> source,
        int sourceWidth,
        int sourceHeight,
        in AffineMap map,
        FillMode fill,
        Span<float> result,
        int width
    )
    {
        var comb = SampleComb.For(map);
        var (offsetsX, offsetsY, weights) = (comb.OffsetsX, comb.OffsetsY, comb.Weights);
        var stride = sourceWidth * Channels;
        // Two rows of eight bytes are read at once, which is two bytes more than two pixels have.
        var (insideX, insideY) = (Math.Max(0, sourceWidth - 2), Math.Max(0, sourceHeight - 1));
        ref var first = ref MemoryMarshal.GetReference(source);
        for (var at = 0; at < result.Length / Channels; at++)
        {
            // The centre of the result pixel, relative to the centre of the first source pixel.
            var (x, y) = ((at % width) + 0.5, (at / width) + 0.5);
            var (centreX, centreY) = (map.X(x, y) - 0.5, map.Y(x, y) - 0.5);
            var sum = Vector128<float>.Zero;
            for (var i = 0; i < weights.Length; i++)
            {
                var (sampleX, sampleY) = (centreX + offsetsX[i], centreY + offsetsY[i]);
                var (floorX, floorY) = (Math.Floor(sampleX), Math.Floor(sampleY));
                var (right, below) = ((float)(sampleX - floorX), (float)(sampleY - floorY));
                var (left, top) = ((int)floorX, (int)floorY);
                var sample =
                    (uint)left < (uint)insideX && (uint)top < (uint)insideY
                        ? Inside(
                            ref Unsafe.Add(ref first, ((nint)top * stride) + (left * Channels)),
                            stride,
                            right,
                            below
                        )
                        : Anywhere(source, sourceWidth, sourceHeight, left, top, fill, right, below);
                sum += sample * weights[i];
            }

            Store(sum, result, at * Channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Inside(ref byte pixel, int stride, float right, float below)
    {
        var bytes = Vector128.Shuffle(
            Vector128.Create(Vector64.LoadUnsafe(ref pixel), Vector64.LoadUnsafe(ref Unsafe.Add(ref pixel, stride))),
            Pixels
        );
        var (upper, lower) = Vector128.Widen(bytes);
        var (upperLeft, upperRight) = Vector128.Widen(upper);
        var (lowerLeft, lowerRight) = Vector128.Widen(lower);
        return Blend(Float(upperLeft), Float(upperRight), Float(lowerLeft), Float(lowerRight), right, below);

        static Vector128<float> Float(Vector128<uint> values) => Vector128.ConvertToSingle(values.AsInt32());
    }

    /// <summary>
    /// A sample with pixels outside the source, or too near the end of its memory to be read as vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> Anywhere(
        ReadOnlySpan<byte> source,
        int width,
        int height,
        int left,
        int top,
        FillMode fill,
        float right,
        float below
    )
    {
        return Blend(
            Pixel(source, width, height, left, top, fill),
            Pixel(source, width, height, left + 1, top, fill),
            Pixel(source, width, height, left, top + 1, fill),
            Pixel(source, width, height, left + 1, top + 1, fill),
            right,
            below
        );

        static Vector128<float> Pixel(ReadOnlySpan<byte> source, int width, int height, int x, int y, FillMode fill)
        {
            if (((uint)x >= (uint)width || (uint)y >= (uint)height) && fill == FillMode.Constant)
                return Vector128<float>.Zero;
            var at = ((Within(y, height, fill) * width) + Within(x, width, fill)) * Channels;
            return Vector128.Create(source[at], source[at + 1], source[at + 2], 0f);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Blend(
        Vector128<float> upperLeft,
        Vector128<float> upperRight,
        Vector128<float> lowerLeft,
        Vector128<float> lowerRight,
        float right,
        float below
    )
    {
        var upper = upperLeft + ((upperRight - upperLeft) * right);
        var lower = lowerLeft + ((lowerRight - lowerLeft) * right);
        return upper + ((lower - upper) * below);
    }

    /// <summary>The index along one axis of the source pixel for a position that may be outside the source.</summary>
    private static int Within(int place, int side, FillMode fill)
    {
        if (fill != FillMode.Reflect)
            return Math.Clamp(place, 0, side - 1);
        var period = 2L * side;
        var phase = (int)(((place % period) + period) % period);
        return phase < side ? phase : (int)(period - 1 - phase);
    }

    /// <summary>Writes three values, and a fourth where the next pixel overwrites it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> pixel, Span<float> result, int at)
    {
        if (at + Vector128<float>.Count <= result.Length)
        {
            pixel.StoreUnsafe(ref MemoryMarshal.GetReference(result), (nuint)at);
            return;
        }

        for (var channel = 0; channel < Channels; channel++)
            result[at + channel] = pixel[channel];
    }
}
