using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Graft.Tensors;

namespace Graft.Features.Storage;

/// <summary>How the numbers of a feature are stored.</summary>
// The JSON names are those of the first run folders, so that these can still be read.
public enum FeaturePrecision
{
    /// <summary>32-bit floats, exactly what the network computed.</summary>
    [JsonStringEnumMemberName("Bits32")]
    Float32,

    /// <summary>
    /// 16-bit floats, half the size; <see cref="FeatureTable.RoundingError"/> states the rounding error.
    /// </summary>
    [JsonStringEnumMemberName("Bits16")]
    Float16,
}

/// <summary>
/// Everything besides the image's bytes that determines the values of a feature. Features of different spaces are kept
/// apart. Immutable, compared by value.
/// </summary>
public sealed record FeatureSpace
{
    private const int MaximumLength = 1 << 27;

    /// <summary>The image decoder and its version, for example <c>libvips 8.18.7</c>.</summary>
    public required string Decoder { get; init; }

    /// <summary>The text of the preprocessing (<c>Preprocessing.ToString()</c>).</summary>
    public required string Preprocessing { get; init; }

    /// <summary>The digest of the weights.</summary>
    public required string Weights { get; init; }

    /// <summary>The node at which the network is cut.</summary>
    public required string Node { get; init; }

    /// <summary>
    /// What determines the last bits: the engine's version, the instruction set, and exact or fast convolution.
    /// </summary>
    public required string Numerics { get; init; }

    /// <summary>
    /// The shape of one image's feature, without the batch: <c>[channels]</c>, <c>[height, width, channels]</c> or
    /// <c>[tokens, channels]</c>.
    /// </summary>
    public required Shape Shape { get; init; }

    /// <summary>The number format in the store.</summary>
    public FeaturePrecision Precision { get; init; } = FeaturePrecision.Float32;

    /// <summary>The number of floats of one feature.</summary>
    public int Length => checked((int)Shape.ElementCount);

    /// <summary>The number of bytes that one feature takes in the store.</summary>
    public int ByteLength => checked(Length * (Precision == FeaturePrecision.Float16 ? 2 : 4));

    /// <summary>A text with each part on its own line.</summary>
    public override string ToString() =>
        string.Join(
            '\n',
            $"decoder {Line(Decoder)}",
            $"preprocessing {Line(Preprocessing)}",
            $"weights {Line(Weights)}",
            $"node {Line(Node)}",
            $"numerics {Line(Numerics)}",
            $"shape {ShapeText}",
            $"precision {PrecisionText}"
        );

    internal string ShapeText =>
        string.Join('x', Shape.Dimensions.ToArray().Select(d => d.ToString(CultureInfo.InvariantCulture)));

    internal string PrecisionText => Precision == FeaturePrecision.Float16 ? "float16" : "float32";

    /// <summary>The SHA-256 of the text: the space's name in the store, and part of each feature's checksum.</summary>
    internal byte[] Digest() => SHA256.HashData(Encoding.UTF8.GetBytes(ToString()));

    /// <summary>Parses a <see cref="ShapeText"/>; null if the text is not a shape.</summary>
    internal static Shape? ParseShape(string text)
    {
        var parts = text.Split('x');
        var dimensions = new int[parts.Length];
        long count = 1;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out dimensions[i]))
                return null;
            count *= dimensions[i];
            if (count is < 1 or > MaximumLength)
                return null;
        }

        return new(dimensions);
    }

    internal void Validate()
    {
        if (Shape.ElementCount is < 1 or > MaximumLength)
            throw new ArgumentException(
                $"A feature of shape {Shape} cannot be stored: it must have from 1 to {MaximumLength:N0} numbers."
            );
    }

    // A line break inside a part must not make two different spaces look alike.
    private static string Line(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
