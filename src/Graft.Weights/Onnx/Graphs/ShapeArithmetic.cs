namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// Evaluates the nodes of a graph that depend only on constants and shapes, so that only operations on images and
/// vectors remain. PyTorch's exporter writes <c>x.view(x.size(0), -1)</c>, for example, as several such nodes.
/// </summary>
internal static class ShapeArithmetic
{
    private const int MaximumCount = 4096;

    /// <summary>Evaluates a node if all its inputs are constants or shapes.</summary>
    /// <returns>False when the node depends on the network's values.</returns>
    public static bool TryFold(OnnxGraphReader graph, OnnxNodeReader node)
    {
        switch (node.OperatorType)
        {
            case "Constant":
                FoldConstant(graph, node);
                break;
            case "Shape":
                FoldShape(graph, node);
                break;
            case "Identity" or "Cast" or "Dropout" when node.FindConstant(0) is { } constant:
                node.Ignore("to");
                graph.Register(node.Output, constant);
                break;
            case "ConstantOfShape":
                FoldConstantOfShape(graph, node);
                break;
            case "Transpose" when node.FindConstant(0) is { IsInteger: false, Dimensions.Count: 2 } matrix:
                FoldTranspose(graph, node, matrix);
                break;
            default:
                return TryFoldSizes(graph, node);
        }

        node.RequireAttributesRead();
        return true;
    }

    private static void FoldConstant(OnnxGraphReader graph, OnnxNodeReader node)
    {
        if (node.Tensor("value") is { } tensor)
            graph.Register(node.Output, graph.Constant(tensor));
        else if (node.IntegerOrNull("value_int") is { } integer)
            graph.Register(node.Output, new OnnxSizes([new OnnxSize(integer)], IsScalar: true));
        else if (node.IntegersOrNull("value_ints") is { } integers)
            graph.Register(
                node.Output,
                new OnnxSizes([.. integers.Select(static value => new OnnxSize(value))], IsScalar: false)
            );
        else if (node.FloatOrNull("value_float") is { } number)
            graph.Register(node.Output, OnnxConstant.Create("", node.Output, [], [number]));
        else if (node.FloatsOrNull("value_floats") is { } numbers)
            graph.Register(node.Output, OnnxConstant.Create("", node.Output, [numbers.Length], numbers));
        else
            throw node.Error("a value of floats or integers", "none");
    }

    private static void FoldShape(OnnxGraphReader graph, OnnxNodeReader node)
    {
        node.RequireInputs(1);
        OnnxSize[] sizes;
        if (node.FindConstant(0) is { } constant)
            sizes = [.. constant.Dimensions.Select(static size => new OnnxSize(size))];
        else if (node.FindValue(0) is { } value)
            sizes = graph.SizesOf(value).Values;
        else
            throw node.Error("a value of the network or a constant", "another value");
        var start = Within(node.IntegerOrNull("start") ?? 0, sizes.Length);
        var end = Within(node.IntegerOrNull("end") ?? sizes.Length, sizes.Length);
        graph.Register(node.Output, new OnnxSizes(sizes[start..Math.Max(start, end)], IsScalar: false));
    }

    /// <summary>Evaluates <c>ConstantOfShape</c>: a list of equal integers, whose length is the node's input.</summary>
    private static void FoldConstantOfShape(OnnxGraphReader graph, OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var value = node.Tensor("value") is { } tensor ? graph.Constant(tensor) : null;
        if (
            Target(graph, node, 0) is not [>= 0 and <= MaximumCount and var count]
            || value is not (null or { IsInteger: true, Count: 1 })
        )
            throw node.Error($"a list of at most {MaximumCount} integers", "something else");
        graph.Register(
            node.Output,
            new OnnxSizes(
                [.. Enumerable.Repeat(new OnnxSize(value?.ToIntegers()[0] ?? 0), (int)count)],
                IsScalar: false
            )
        );
    }

    /// <summary>An input that is a list of constant integers; null when it is missing or another value.</summary>
    private static long[]? Target(OnnxGraphReader graph, OnnxNodeReader node, int index = 1) =>
        node.HasInput(index)
        && graph.FindSizes(node.Inputs[index]) is { Columns: null } sizes
        && !sizes.Values.Any(static size => size.TimesBatch)
            ? [.. sizes.Values.Select(static size => size.Value)]
            : null;

    private static void FoldTranspose(OnnxGraphReader graph, OnnxNodeReader node, OnnxConstant matrix)
    {
        if (node.IntegersOrNull("perm") is not (null or [1, 0]))
            throw node.Error("the order 1, 0 for a constant matrix", "another order");
        var (rows, columns) = (matrix.Dimensions[0], matrix.Dimensions[1]);
        var from = matrix.ToFloats();
        var to = new float[from.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                to[(column * rows) + row] = from[(row * columns) + column];
        }

        graph.Register(node.Output, OnnxConstant.Create("", node.Output, [columns, rows], to));
    }

    private static bool TryFoldSizes(OnnxGraphReader graph, OnnxNodeReader node)
    {
        if (node.Inputs.Count == 0 || graph.FindSizes(node.Inputs[0]) is not { } first)
            return false;
        var result = node.OperatorType switch
        {
            "Identity" or "Cast" => Keep(node, first),
            "Reshape" or "Transpose" or "Slice" when first.Columns is not null || Target(graph, node) is [_, _] =>
                SizeTable.Fold(graph, node, first),
            _ when first.Columns is not null => null,
            "Unsqueeze" => first with
            {
                IsScalar = Axes(node) is not [0 or -1] ? throw node.Error("axis 0", "another axis") : false,
            },
            "Squeeze" when first.Values.Length == 1 && Axes(node) is null or [0 or -1] => first with
            {
                IsScalar = true,
            },
            "Gather" => Gather(graph, node, first),
            "Slice" => Slice(node, first),
            "Concat" => Concat(graph, node),
            "Mul" or "Add" or "Sub" or "Div" => Calculate(graph, node, first),
            "Reshape" when Target(graph, node) is [var count] && (count == -1 || count == first.Values.Length) =>
                first with
                {
                    IsScalar = false,
                },
            _ => null,
        };
        if (result is null)
            return false;
        node.RequireAttributesRead();
        graph.Register(node.Output, result);
        return true;
    }

    private static OnnxSizes Keep(OnnxNodeReader node, OnnxSizes sizes)
    {
        node.Ignore("to");
        return sizes;
    }

    private static long[]? Axes(OnnxNodeReader node) => node.IntegersOf(1, "axes");

    private static OnnxSizes? Gather(OnnxGraphReader graph, OnnxNodeReader node, OnnxSizes sizes)
    {
        if (node.Inputs.Count != 2 || graph.FindSizes(node.Inputs[1]) is not { } indices)
            return null;
        node.Integer("axis", 0, 0, 0);
        var gathered = indices.Values.Select(index =>
            index.TimesBatch || index.Value < -sizes.Values.Length || index.Value >= sizes.Values.Length
                ? throw node.Error($"indices into a list of {sizes.Values.Length}", $"{index}")
                : sizes.Values[index.Value < 0 ? index.Value + sizes.Values.Length : index.Value]
        );
        return new OnnxSizes([.. gathered], indices.IsScalar);
    }

    private static OnnxSizes Slice(OnnxNodeReader node, OnnxSizes sizes)
    {
        if (
            node.IntegersOf(1, "starts") is not [var start]
            || node.IntegersOf(2, "ends") is not [var end]
            || node.IntegersOf(3, "axes") is not (null or [0])
            || node.IntegersOf(4, "steps") is not (null or [1])
        )
            throw node.Error("a contiguous slice of a list of sizes", "another slice");
        var (from, to) = (Within(start, sizes.Values.Length), Within(end, sizes.Values.Length));
        return new OnnxSizes(sizes.Values[from..Math.Max(from, to)], IsScalar: false);
    }

    private static OnnxSizes Concat(OnnxGraphReader graph, OnnxNodeReader node)
    {
        node.Integer("axis", 0, -1, 0);
        var all = new List<OnnxSize>();
        foreach (var input in node.Inputs)
        {
            all.AddRange(
                (
                    graph.FindSizes(input)
                    ?? throw node.Error("only sizes and constants", $"'{input}', which is another value")
                ).Values
            );
            if (all.Count > MaximumCount)
                throw node.Error($"at most {MaximumCount} sizes", $"{all.Count}");
        }

        return new OnnxSizes([.. all], IsScalar: false);
    }

    private static OnnxSizes? Calculate(OnnxGraphReader graph, OnnxNodeReader node, OnnxSizes left)
    {
        if (node.Inputs.Count != 2 || graph.FindSizes(node.Inputs[1]) is not { } right)
            return null;
        if (left.Values.Length != right.Values.Length && left.Values.Length != 1 && right.Values.Length != 1)
            throw node.Error("lists of equal length", $"{left.Values.Length} and {right.Values.Length}");
        var count =
            Math.Min(left.Values.Length, right.Values.Length) == 0
                ? 0
                : Math.Max(left.Values.Length, right.Values.Length);
        var results = new OnnxSize[count];
        for (var i = 0; i < count; i++)
            results[i] = Calculate(
                node,
                left.Values[left.Values.Length == 1 ? 0 : i],
                right.Values[right.Values.Length == 1 ? 0 : i]
            );
        return new OnnxSizes(results, left.IsScalar && right.IsScalar);
    }

    private static OnnxSize Calculate(OnnxNodeReader node, OnnxSize left, OnnxSize right)
    {
        try
        {
            switch (node.OperatorType)
            {
                case "Mul" when !(left.TimesBatch && right.TimesBatch):
                    return new OnnxSize(checked(left.Value * right.Value), left.TimesBatch || right.TimesBatch);
                case "Div"
                    when right is { TimesBatch: false, Value: not 0 }
                        && (!left.TimesBatch || left.Value % right.Value == 0):
                    return left with { Value = left.Value / right.Value };
                case "Add" when left.TimesBatch == right.TimesBatch:
                    return left with { Value = checked(left.Value + right.Value) };
                case "Sub" when left.TimesBatch == right.TimesBatch:
                    return left with { Value = checked(left.Value - right.Value) };
            }
        }
        catch (OverflowException)
        {
            // The error below covers overflow, too.
        }

        throw node.Error("sizes that can be computed for any batch", $"{left} and {right}");
    }

    private static int Within(long place, int count) => (int)Math.Clamp(place < 0 ? place + count : place, 0, count);
}
