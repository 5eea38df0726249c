using Graft.Tensors;

namespace Graft.Weights.Safetensors;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="ElementType">
/// The type of the stored elements as the format spells it, for example <c>F32</c> or <c>BF16</c>.
/// </param>
/// <param name="Shape">The dimensions, outermost first; elements are stored in row-major order.</param>
/// <param name="ByteCount">The size of all elements in the file, in bytes.</param>
public sealed record SafetensorsEntry(string Name, string ElementType, Shape Shape, long ByteCount)
{
    /// <summary>Byte offset of the first element from the start of the file.</summary>
    internal long Position { get; init; }
}
