using System.Collections.Frozen;

namespace Graft.Weights.TfJs;

/// <summary>The element types of shards, and how each is converted to float32.</summary>
internal static class TfJsElements
{
    public static readonly FrozenDictionary<string, (int Size, LittleEndianElements.Conversion Conversion)> ByName =
        new Dictionary<string, (int, LittleEndianElements.Conversion)>
        {
            ["float32"] = (4, LittleEndianElements.FromSingle),
            ["float16"] = (2, LittleEndianElements.FromHalf),
            ["int32"] = (4, LittleEndianElements.FromInt32),
            ["uint16"] = (2, LittleEndianElements.FromUInt16),
            ["uint8"] = (1, LittleEndianElements.FromByte),
            ["bool"] = (1, LittleEndianElements.FromByte),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The types that a model computes with.</summary>
    public static readonly FrozenSet<string> Plain = new[] { "float32", "int32", "uint8", "bool" }.ToFrozenSet(
        StringComparer.Ordinal
    );

    /// <summary>The types that a quantised tensor may be stored in.</summary>
    public static readonly FrozenSet<string> Quantized = new[] { "uint8", "uint16", "float16" }.ToFrozenSet(
        StringComparer.Ordinal
    );
}
