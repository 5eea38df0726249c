using System.Collections.Frozen;

namespace Graft.Weights.Safetensors;

/// <summary>
/// The format's element types that have a whole number of bytes, and how each is converted to float32. For a type
/// without a conversion only the size is checked; its elements cannot be read.
/// </summary>
internal static class SafetensorsElements
{
    public static readonly FrozenDictionary<string, (int Size, LittleEndianElements.Conversion? Conversion)> ByName =
        new Dictionary<string, (int, LittleEndianElements.Conversion?)>
        {
            ["F32"] = (4, LittleEndianElements.FromSingle),
            ["F16"] = (2, LittleEndianElements.FromHalf),
            ["BF16"] = (2, LittleEndianElements.FromBrainFloat),
            ["F64"] = (8, LittleEndianElements.FromDouble),
            ["BOOL"] = (1, LittleEndianElements.FromByte),
            ["U8"] = (1, LittleEndianElements.FromByte),
            ["I8"] = (1, LittleEndianElements.FromSByte),
            ["U16"] = (2, LittleEndianElements.FromUInt16),
            ["I16"] = (2, LittleEndianElements.FromInt16),
            ["U32"] = (4, LittleEndianElements.FromUInt32),
            ["I32"] = (4, LittleEndianElements.FromInt32),
            ["U64"] = (8, LittleEndianElements.FromUInt64),
            ["I64"] = (8, LittleEndianElements.FromInt64),
            ["F8_E4M3"] = (1, null),
            ["F8_E5M2"] = (1, null),
            ["F8_E8M0"] = (1, null),
            ["C64"] = (8, null),
        }.ToFrozenDictionary(StringComparer.Ordinal);
}
