using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Graft.Imaging;

/// <summary>
/// Resamples 8-bit RGB pixels with antialiasing, in a horizontal and then a vertical pass, with 8-bit values in
/// between. The arithmetic is fixed-point, so all machines give the same bits.
/// </summary>
/// <remarks>
/// The result equals that of Pillow's <c>Image.resize(size, BILINEAR)</c> or <c>BICUBIC</c>. A pass is skipped if its
/// side keeps its size. Pixels are <c>[rows, columns, 3]</c>. Only the source rows that the result needs are resampled.
/// In the horizontal pass, a vector holds the three channels of one pixel and a fourth value that is dropped. In the
/// vertical pass, it holds neighbouring values of a row.
/// </remarks>
internal static class Resampler
{
    private const int Channels = 3;
    private const int Half = 1 << (ResamplingWeights.FractionBits - 1);

    /// <summary>Resamples an image to the plan's scaled size and writes the part that the plan keeps.</summary>
    /// <param name="source">The pixels, <c>[sourceHeight, sourceWidth, 3]</c>.</param>
    /// <param name="sourceWidth">Width in pixels.</param>
    /// <param name="sourceHeight">Height in pixels.</param>
    /// <param name="plan">The size to scale to, and the part to keep.</param>
    /// <param name="interpolation">The filter.</param>
    /// <param name="result">Receives the rows of the kept part; starts at its first pixel.</param>
    /// <param name="resultStride">Values from one row of the result to the next.</param>
    public static void Resample(
        ReadOnlySpan<byte> source,
        int sourceWidth,
        int sourceHeight,
        in ResizePlan plan,
        Interpolation interpolation,
        Span<byte> result,
        int resultStride
    )
    {
        var scalesRows = plan.ScaledWidth != sourceWidth;
        var scalesColumns = plan.ScaledHeight != sourceHeight;
        var rowBytes = plan.KeptWidth * Channels;
        var sourceStride = sourceWidth * Channels;
        if (!scalesColumns)
        {
            var rows = source.Slice((int)plan.Top * sourceStride, plan.KeptHeight * sourceStride);
            Rows(rows, sourceWidth, plan.KeptHeight, scalesRows, plan, interpolation, result, resultStride);
            return;
        }

        using var weights = new ResamplingWeights(
            sourceHeight,
            plan.ScaledHeight,
            plan.Top,
            plan.KeptHeight,
            interpolation
        );
        var (firstRow, endRow) = (weights.FirstNeeded, weights.EndNeeded);
        var needed = source[(firstRow * sourceStride)..(endRow * sourceStride)];
        var between = ArrayPool<byte>.Shared.Rent(checked((endRow - firstRow) * rowBytes));
        try
        {
            Rows(needed, sourceWidth, endRow - firstRow, scalesRows, plan, interpolation, between, rowBytes);
            for (var y = 0; y < plan.KeptHeight; y++)
            {
                var taps = weights.Of(y);
                var rows = between.AsSpan((weights.Start(y) - firstRow) * rowBytes, taps.Length * rowBytes);
                Blend(rows, rowBytes, taps, result.Slice(y * resultStride, rowBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(between);
        }
    }

    /// <summary>The horizontal pass, or a copy of the kept columns if the width does not change.</summary>
    private static void Rows(
        ReadOnlySpan<byte> source,
        int sourceWidth,
        int rows,
        bool scales,
        in ResizePlan plan,
        Interpolation interpolation,
        Span<byte> result,
        int resultStride
    )
    {
        var sourceStride = sourceWidth * Channels;
        var rowBytes = plan.KeptWidth * Channels;
        if (!scales)
        {
            for (var y = 0; y < rows; y++)
                source
                    .Slice(y * sourceStride + (int)plan.Left * Channels, rowBytes)
                    .CopyTo(result[(y * resultStride)..]);
            return;
        }

        using var weights = new ResamplingWeights(
            sourceWidth,
            plan.ScaledWidth,
            plan.Left,
            plan.KeptWidth,
            interpolation
        );
        for (var y = 0; y < rows; y++)
        {
            var row = source.Slice(y * sourceStride, sourceStride);
            var target = result.Slice(y * resultStride, rowBytes);
            if (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian && y < rows - 1)
                RowVector(ref MemoryMarshal.GetReference(row), weights, target);
            else
                RowScalar(row, weights, target);
        }
    }

    /// <summary>
    /// The horizontal pass for one row. Reads one byte past the last pixel, so it must not be used on a buffer's last
    /// row.
    /// </summary>
    private static void RowVector(ref byte row, in ResamplingWeights weights, Span<byte> result)
    {
        var half = Vector128.Create(Half);
        var most = Vector128.Create(255);
        var lowBytes = Vector128.Create(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)0);
        ref var target = ref MemoryMarshal.GetReference(result);
        for (var x = 0; x < weights.Count; x++)
        {
            var sum = half;
            ref var pixel = ref Unsafe.Add(ref row, weights.Start(x) * Channels);
            foreach (var weight in weights.Of(x))
            {
                var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref pixel)).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weight;
                pixel = ref Unsafe.Add(ref pixel, Channels);
            }

            // The cubic filter's negative weights can give values below 0 and above 255, and rounding can give values
            // above 255. The next pixel overwrites the fourth byte; after the last pixel there is no room for it.
            var values = Vector128.Clamp(sum >> ResamplingWeights.FractionBits, Vector128<int>.Zero, most);
            var packed = Vector128.Shuffle(values.AsByte(), lowBytes).AsUInt32().ToScalar();
            if (x < weights.Count - 1)
            {
                Unsafe.WriteUnaligned(ref target, packed);
            }
            else
            {
                Unsafe.WriteUnaligned(ref target, (ushort)packed);
                Unsafe.Add(ref target, 2) = (byte)(packed >> 16);
            }

            target = ref Unsafe.Add(ref target, Channels);
        }
    }

    private static void RowScalar(ReadOnlySpan<byte> row, in ResamplingWeights weights, Span<byte> result)
    {
        for (var x = 0; x < weights.Count; x++)
        {
            var (red, green, blue) = (Half, Half, Half);
            var at = weights.Start(x) * Channels;
            foreach (var weight in weights.Of(x))
            {
                red += row[at] * weight;
                green += row[at + 1] * weight;
                blue += row[at + 2] * weight;
                at += Channels;
            }

            result[x * Channels] = Value(red);
            result[x * Channels + 1] = Value(green);
            result[x * Channels + 2] = Value(blue);
        }
    }

    /// <summary>
    /// The vertical pass for one row of the result: the weighted sum of as many source rows as there are weights.
    /// </summary>
    private static void Blend(ReadOnlySpan<byte> rows, int rowBytes, ReadOnlySpan<int> weights, Span<byte> result)
    {
        var x = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(rows);
            var most = Vector256.Create(255);
            for (; x <= rowBytes - Vector128<byte>.Count; x += Vector128<byte>.Count)
            {
                var lower = Vector256.Create(Half);
                var upper = lower;
                ref var values = ref Unsafe.Add(ref first, x);
                foreach (var weight in weights)
                {
                    var shorts = Vector256.Create(
                        Vector128.WidenLower(Vector128.LoadUnsafe(ref values)),
                        Vector128.WidenUpper(Vector128.LoadUnsafe(ref values))
                    );
                    lower += Vector256.WidenLower(shorts).AsInt32() * weight;
                    upper += Vector256.WidenUpper(shorts).AsInt32() * weight;
                    values = ref Unsafe.Add(ref values, rowBytes);
                }

                lower = Vector256.Clamp(lower >> ResamplingWeights.FractionBits, Vector256<int>.Zero, most);
                upper = Vector256.Clamp(upper >> ResamplingWeights.FractionBits, Vector256<int>.Zero, most);
                var narrow = Vector256.Narrow(lower.AsUInt32(), upper.AsUInt32());
                Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).StoreUnsafe(ref result[x]);
            }
        }

        for (; x < rowBytes; x++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += rows[tap * rowBytes + x] * weights[tap];
            result[x] = Value(sum);
        }
    }

    private static byte Value(int sum) => (byte)Math.Clamp(sum >> ResamplingWeights.FractionBits, 0, 255);
}
