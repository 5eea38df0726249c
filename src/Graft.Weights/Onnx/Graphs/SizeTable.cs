namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// Evaluates operations that turn a list of sizes into a table and back. PyTorch's exporter changes the order of
/// paddings in this way: it makes a table of two columns, reverses its rows and transposes it.
/// </summary>
internal static class SizeTable
{
    /// <summary>Evaluates a <c>Reshape</c> to or from a table, or a <c>Transpose</c> or <c>Slice</c> of one.</summary>
    public static OnnxSizes Fold(OnnxGraphReader graph, OnnxNodeReader node, OnnxSizes sizes)
    {
        switch (node.OperatorType)
        {
            case "Reshape" when graph.FindSizes(node.Inputs[1]) is { Columns: null } target:
                node.Integer("allowzero", 0, 0, 1);
                return Reshape(node, sizes, target);
            case "Transpose" when sizes.Columns is { } columns && node.IntegersOrNull("perm") is (null or [1, 0]):
                var rows = sizes.Values.Length / columns;
                return new OnnxSizes(
                    [
                        .. Enumerable
                            .Range(0, sizes.Values.Length)
                            .Select(place => sizes.Values[(place % rows * columns) + (place / rows)]),
                    ],
                    IsScalar: false,
                    rows
                );
            case "Slice" when sizes.Columns is { } width && IsReversal(node):
                return sizes with { Values = [.. sizes.Values.Chunk(width).Reverse().SelectMany(static row => row)] };
            default:
                throw node.Error("an operation that transposes, reverses or reshapes a table of sizes", "another one");
        }
    }

    private static OnnxSizes Reshape(OnnxNodeReader node, OnnxSizes sizes, OnnxSizes target)
    {
        var count = sizes.Values.Length;
        return target.Values switch
        {
            [{ Value: var length }] when length == -1 || length == count => new OnnxSizes(
                sizes.Values,
                IsScalar: false
            ),
            [{ Value: var rows }, { Value: > 0 and <= int.MaxValue and var columns }]
                when count > 0 && count % columns == 0 && (rows == -1 || rows == count / columns) => new OnnxSizes(
                sizes.Values,
                IsScalar: false,
                (int)columns
            ),
            _ => throw node.Error($"a table or list of {count} sizes", $"{target}"),
        };
    }

    private static bool IsReversal(OnnxNodeReader node) =>
        node.IntegersOf(1, "starts") is [-1]
        && node.IntegersOf(2, "ends") is [< -4096]
        && node.IntegersOf(3, "axes") is (null or [0])
        && node.IntegersOf(4, "steps") is [-1];
}
