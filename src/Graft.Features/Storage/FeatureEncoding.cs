using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Graft.Data.Hashing;

namespace Graft.Features.Storage;

/// <summary>
/// Turns features into bytes and back: little-endian floats of 32 or 16 bits, and a checksum over key and value.
/// </summary>
internal static class FeatureEncoding
{
    /// <summary>Writes a feature's bytes and adds up what rounding costs.</summary>
    /// <param name="values">The numbers; all finite, and within what 16 bits hold if that is asked for.</param>
    /// <param name="precision">How they are kept.</param>
    /// <param name="bytes">Room for all of them.</param>
    /// <returns>The squared norms of the rounding error and of the values.</returns>
    /// <exception cref="ArgumentException">A number is not finite or too large for 16 bits.</exception>
    public static (double Error, double Norm) Encode(
        ReadOnlySpan<float> values,
        FeaturePrecision precision,
        Span<byte> bytes
    )
    {
        double error = 0,
            norm = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (!float.IsFinite(value))
                throw new ArgumentException(
                    $"Number {i} of a feature is {value}; only finite numbers can be stored. The network's weights "
                        + $"or input are broken."
                );
            if (precision == FeaturePrecision.Float32)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], value);
                continue;
            }

            var half = (Half)value;
            if (!Half.IsFinite(half))
                throw new ArgumentException(
                    $"Number {i} of a feature is {value}, more than a 16-bit float can hold (65,504). Store "
                        + $"features with 32 bits."
                );
            BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], half);
            var difference = (double)value - (double)half;
            error += difference * difference;
            norm += (double)value * value;
        }

        return (error, norm);
    }

    /// <summary>Reads a feature's bytes.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, FeaturePrecision precision, Span<float> values)
    {
        if (precision == FeaturePrecision.Float16)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
        }
        else if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
        }
        else
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
        }
    }

    /// <summary>
    /// The first 8 bytes of the SHA-256 over a domain, a photo's hash and a value: a value that was altered, or that
    /// stands at another photo's or another space's place, does not match.
    /// </summary>
    /// <param name="hash">An empty SHA-256, empty again afterwards.</param>
    /// <param name="domain">What the value belongs to, of fixed length.</param>
    /// <param name="content">The photo.</param>
    /// <param name="value">The value's bytes.</param>
    public static long Checksum(
        IncrementalHash hash,
        ReadOnlySpan<byte> domain,
        in ContentHash content,
        ReadOnlySpan<byte> value
    )
    {
        Span<byte> buffer = stackalloc byte[ContentHash.Length];
        content.CopyTo(buffer);
        hash.AppendData(domain);
        hash.AppendData(buffer);
        hash.AppendData(value);
        hash.GetHashAndReset(buffer);
        return BinaryPrimitives.ReadInt64LittleEndian(buffer);
    }
}
