using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Graft.Data.Hashing;

namespace Graft.Features.Storage;

/// <summary>
/// Converts features to bytes and back, as little-endian float32 or float16, and computes checksums of key and value.
/// </summary>
internal static class FeatureEncoding
{
    /// <summary>Encodes a feature and measures the rounding error.</summary>
    /// <param name="values">Finite values; for float16, of magnitude at most 65,504.</param>
    /// <param name="precision">The number format.</param>
    /// <param name="bytes">Receives the encoded values.</param>
    /// <returns>The squared norms of the rounding error and of the values.</returns>
    /// <exception cref="ArgumentException">A value is not finite, or too large for float16.</exception>
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
                    $"Number {i} of a feature is {value}, more than float16 can hold (65,504). Store "
                        + $"features as float32."
                );
            BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], half);
            var difference = (double)value - (double)half;
            error += difference * difference;
            norm += (double)value * value;
        }

        return (error, norm);
    }

    /// <summary>Decodes a feature.</summary>
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
    /// The first 8 bytes of the SHA-256 of a domain, an image's hash and a value. A value that was altered, or that
    /// belongs to another image or space, does not match.
    /// </summary>
    /// <param name="hash">A SHA-256 without data; it is reset afterwards.</param>
    /// <param name="domain">The digest of the space or the rules; of fixed length.</param>
    /// <param name="content">The hash of the image file.</param>
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
