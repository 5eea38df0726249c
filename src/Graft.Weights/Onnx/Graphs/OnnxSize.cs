namespace Graft.Weights.Onnx.Graphs;

/// <summary>A number that a graph computes from shapes: a constant, or a multiple of the free batch size.</summary>
/// <param name="Value">The number or factor.</param>
/// <param name="TimesBatch">Whether it is multiplied with the batch.</param>
internal readonly record struct OnnxSize(long Value, bool TimesBatch = false)
{
    /// <summary>The batch itself.</summary>
    public static readonly OnnxSize Batch = new(1, true);

    public override string ToString() =>
        !TimesBatch ? $"{Value}"
        : Value == 1 ? "batch"
        : $"{Value} * batch";
}

/// <summary>A scalar, a list or a table of such numbers.</summary>
/// <param name="Values">The numbers, row by row.</param>
/// <param name="IsScalar">Whether it is one number without a dimension.</param>
/// <param name="Columns">For a table how many columns it has; null otherwise.</param>
internal sealed record OnnxSizes(OnnxSize[] Values, bool IsScalar, int? Columns = null)
{
    public override string ToString() => $"[{string.Join(", ", Values)}]";
}
