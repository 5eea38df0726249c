namespace Graft.Weights.Onnx.Graphs;

/// <summary>A number that a graph computes from shapes: a constant, or a multiple of the batch size.</summary>
/// <param name="Value">The number, or the factor of the batch size.</param>
/// <param name="TimesBatch">Whether the number is <paramref name="Value"/> times the batch size.</param>
internal readonly record struct OnnxSize(long Value, bool TimesBatch = false)
{
    /// <summary>The batch size itself.</summary>
    public static readonly OnnxSize Batch = new(1, true);

    public override string ToString() =>
        !TimesBatch ? $"{Value}"
        : Value == 1 ? "batch"
        : $"{Value} * batch";
}

/// <summary>A scalar, a list or a table of numbers that a graph computes from shapes.</summary>
/// <param name="Values">The numbers; those of a table in row-major order.</param>
/// <param name="IsScalar">Whether this is a scalar, which has no dimensions.</param>
/// <param name="Columns">The number of columns of a table; null for a scalar or a list.</param>
internal sealed record OnnxSizes(OnnxSize[] Values, bool IsScalar, int? Columns = null)
{
    public override string ToString() => $"[{string.Join(", ", Values)}]";
}
