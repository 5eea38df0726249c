using Graft.Layers;
using Graft.Layers.Reshaping;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="Flatten"/> to <c>Flatten</c> of an image with its channels last, and <see cref="ImageToTokens"/> to
/// <c>Reshape</c> of one with its channels first. Other programs flatten images with their channels first, also with
/// <c>Reshape</c> or <c>Squeeze</c>. A <c>Transpose</c>, and operators that add or remove dimensions of 1, only change
/// the layout; they become no layer.
/// </summary>
internal static class ReshapingOperators
{
    public static void WriteFlatten(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(
            node,
            graph.Emit("Flatten", node.Name, [graph.Unchanged(node.Inputs[0])], OnnxOperatorOption.Integer("axis", 1))
        );

    public static void WriteImageToTokens(OnnxGraphBuilder graph, NetworkNode node)
    {
        // A size of 0 copies the batch.
        var tokens = graph.ShapeOf(node.Name);
        var sizes = graph.Integers($"{node.Name}.shape", 0, tokens[1], tokens[0]);
        graph.Define(
            node,
            graph.Emit(
                "Transpose",
                $"{node.Name}/channels_last",
                [graph.Emit("Reshape", node.Name, [graph.Input(node), sizes])],
                OnnxOperatorOption.Integers("perm", 0, 2, 1)
            )
        );
    }

    public static void ReadFlatten(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        if (node.Integer("axis", 1, -3, 1) is not (1 or -1 or -3) and var axis)
            throw node.Error("axis 1, after the batch", $"{axis}");
        Flatten(node, node.Elements(0));
    }

    public static void ReadReshape(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        node.Integer("allowzero", 0, 0, 1);
        var input = node.Elements(0);
        if (node.Graph.FindSizes(node.Inputs[1]) is not { } target)
            throw node.Error("sizes that are computed from shapes", $"'{node.Inputs[1]}', which is not");
        var count = node.Graph.ShapeOf(input).ElementCount;
        var sizes = target.Values;
        if (sizes.Length < 2 || !IsBatch(node, sizes, count))
            throw node.Error("the batch as the first size", $"{target}");
        if (
            sizes.Length == 2
            && !sizes[1].TimesBatch
            && (
                sizes[1].Value == count
                || sizes[1].Value == -1
                || (sizes[1].Value == 0 && input.Layout == OnnxLayout.Rows)
            )
        )
            Flatten(node, input);
        else if (
            sizes is [_, _, { TimesBatch: false, Value: 1 }, { TimesBatch: false, Value: 1 }]
            && input.Layout is OnnxLayout.Rows or OnnxLayout.Pooled
        )
            node.Alias(input with { Layout = OnnxLayout.Pooled });
        else if (TokensOf(node, input, sizes) is { } layout)
            node.Define(() => new ImageToTokens(), layout, input);
        else if (
            sizes
                .Select(static size => size.Value)
                .Skip(1)
                .SequenceEqual(node.Graph.SizesOf(input).Values.Skip(1).Select(static size => size.Value))
        )
            node.Alias(input);
        else
            throw node.Error(
                $"vectors of {count} values, [batch, {count}], or a token for each pixel of an image",
                $"{target}",
                "Graft has no layer for other shapes; export the model without that operator."
            );
    }

    public static void ReadSqueeze(OnnxNodeReader node)
    {
        node.RequireInputs(1, 2);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Pooled);
        var axes = node.IntegersOf(1, "axes") ?? [];
        var sizes = node.Graph.SizesOf(input).Values;
        if (
            axes.Select(static axis => axis < 0 ? axis + 4 : axis).Order().ToArray() is not [2, 3]
            || sizes[2].Value != 1
            || sizes[3].Value != 1
        )
            throw node.Error(
                "axes 2 and 3 of an image of one pixel",
                $"[{string.Join(", ", axes.Take(8))}] of [{string.Join<OnnxSize>(", ", sizes)}]"
            );
        Flatten(node, input);
    }

    public static void ReadUnsqueeze(OnnxNodeReader node)
    {
        node.RequireInputs(1, 2);
        var input = node.Value(0, OnnxLayout.Rows);
        if (
            (node.IntegersOf(1, "axes") ?? []).Select(static axis => axis < 0 ? axis + 4 : axis).Order().ToArray()
            is not [2, 3]
                and var axes
        )
            throw node.Error("axes 2 and 3 for a vector", $"[{string.Join(", ", axes.Take(8))}]");
        node.Alias(input with { Layout = OnnxLayout.Pooled });
    }

    /// <summary>
    /// Reads <c>Identity</c>, and <c>Cast</c> to a floating-point type, which has no effect because all values of the
    /// network are float32.
    /// </summary>
    public static void ReadIdentity(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        if (
            node.OperatorType == "Cast"
            && OnnxElementType.From(node.Integer("to", 1, 0, 100)) is null or { IsInteger: true }
        )
            throw node.Error("floats", "a cast to integers", "Export the model without that operator.");
        node.Ignore("saturate");
        node.Alias(node.Elements(0));
    }

    /// <summary>
    /// The layout of the tokens that a <c>Reshape</c> makes of an image, one for each pixel; null if it does not.
    /// </summary>
    private static OnnxLayout? TokensOf(OnnxNodeReader node, OnnxValue input, OnnxSize[] sizes)
    {
        if (
            sizes is not [_, { TimesBatch: false, Value: var first }, { TimesBatch: false, Value: var second }]
            || input.Layout is not (OnnxLayout.ChannelsFirst or OnnxLayout.ChannelsLast)
        )
            return null;
        var image = node.Graph.ShapeOf(input);
        var (pixels, channels) = ((long)image[0] * image[1], image[2]);
        // A size of -1 is computed from the others, and one of 0 is copied from the input.
        if (input.Layout == OnnxLayout.ChannelsLast)
            return (first == pixels && (second == channels || second == -1)) || (first == -1 && second == channels)
                ? OnnxLayout.Tokens
                : null;
        return
            (first == channels || first == 0) && (second == pixels || second == -1) || (first == -1 && second == pixels)
            ? OnnxLayout.TokensChannelsFirst
            : null;
    }

    private static bool IsBatch(OnnxNodeReader node, OnnxSize[] sizes, long count)
    {
        var first = sizes[0];
        if (first.TimesBatch)
            return first.Value == 1;
        // A size of -1 is the batch when the product of the other sizes is the number of values of one image.
        return first.Value == 0
            || first.Value == node.Graph.FixedBatch
            || (
                first.Value == -1
                && sizes.Skip(1).Aggregate(1.0, static (product, size) => product * size.Value) == count
            );
    }

    private static void Flatten(OnnxNodeReader node, OnnxValue input)
    {
        if (input.Layout is OnnxLayout.Pooled)
        {
            node.Alias(input with { Layout = OnnxLayout.Rows });
            return;
        }

        if (input.Layout == OnnxLayout.FlattenedChannelsFirst)
        {
            node.Alias(input);
            return;
        }

        if (input.Layout == OnnxLayout.TokensChannelsFirst)
            throw node.Error(
                "tokens with their channels last",
                "channels first",
                "Export the model without that operator."
            );
        var image = node.Graph.ShapeOf(input);
        var keepsOrder = input.Layout != OnnxLayout.ChannelsFirst || image[2] == 1 || (image[0] == 1 && image[1] == 1);
        node.Define(
            () => new Flatten(),
            keepsOrder ? OnnxLayout.Rows : OnnxLayout.FlattenedChannelsFirst,
            input with
            {
                Image = image,
            }
        );
    }

    public static void ReadTranspose(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Value(
            0,
            OnnxLayout.ChannelsFirst,
            OnnxLayout.ChannelsLast,
            OnnxLayout.Tokens,
            OnnxLayout.TokensChannelsFirst
        );
        var isImage = input.Layout is OnnxLayout.ChannelsFirst or OnnxLayout.ChannelsLast;
        var order = node.Integers("perm", isImage ? 4 : 3, 0, 0);
        var result = (input.Layout, order) switch
        {
            (OnnxLayout.Tokens, [0, 2, 1]) => OnnxLayout.TokensChannelsFirst,
            (OnnxLayout.TokensChannelsFirst, [0, 2, 1]) => OnnxLayout.Tokens,
            (OnnxLayout.ChannelsLast, [0, 3, 1, 2]) => OnnxLayout.ChannelsFirst,
            (OnnxLayout.ChannelsFirst, [0, 2, 3, 1]) => OnnxLayout.ChannelsLast,
            _ => throw node.Error(
                "an order that moves the channels to the other end",
                $"[{string.Join(", ", order)}] for layout {input.Layout}"
            ),
        };
        node.Alias(input with { Layout = result });
    }
}
