namespace Graft.Weights.Onnx.Graphs;

/// <summary>A part of a source.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsDelimited">Whether the file stores the length, as it does for messages, texts and bytes.</param>
internal readonly record struct ByteRange(long Start, long Length, bool IsDelimited)
{
    /// <summary>Where it ends.</summary>
    public long End => Start + Length;
}
