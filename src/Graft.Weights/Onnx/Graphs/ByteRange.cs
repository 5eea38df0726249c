namespace Graft.Weights.Onnx.Graphs;

/// <summary>A range of bytes in a <see cref="ByteSource"/>.</summary>
/// <param name="Start">The position of the first byte.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="IsDelimited">Whether the file stores the length, as it does for messages, strings and bytes.</param>
internal readonly record struct ByteRange(long Start, long Length, bool IsDelimited)
{
    /// <summary>The position behind the last byte.</summary>
    public long End => Start + Length;
}
