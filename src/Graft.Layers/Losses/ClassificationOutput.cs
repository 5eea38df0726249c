using Graft.Layers.Activations;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Layers.Losses;

/// <summary>The kind of numbers that a classifier outputs.</summary>
public enum ClassificationOutputKind
{
    /// <summary>
    /// Logits or log-probabilities: values whose softmax is the probabilities. (The softmax of log-probabilities
    /// returns the probabilities.)
    /// </summary>
    Logits,

    /// <summary>Probabilities from a <see cref="Softmax"/>.</summary>
    Probabilities,

    /// <summary>One logit: that of the second of two classes.</summary>
    BinaryLogit,

    /// <summary>One probability, from a <see cref="Sigmoid"/>: that of the second of two classes.</summary>
    BinaryProbability,
}

/// <summary>
/// The kind of a classifier's output, derived from its last layer. The loss is always computed from logits, where
/// nothing overflows or underflows.
/// </summary>
/// <param name="Kind">The kind of the output.</param>
/// <param name="LogitsNode">The node whose output the loss takes as logits.</param>
/// <param name="Classes">The number of classes; 2 for a network with one output.</param>
public sealed record ClassificationOutput(ClassificationOutputKind Kind, string LogitsNode, int Classes)
{
    private bool IsBinary => Kind is ClassificationOutputKind.BinaryLogit or ClassificationOutputKind.BinaryProbability;

    /// <summary>Derives the kind of output from a network's last layer.</summary>
    /// <param name="network">The network; its output is one row of numbers for each example.</param>
    /// <exception cref="ArgumentException">
    /// The output is not a row of numbers, or it consists of several sigmoids, whose classes need not exclude each
    /// other.
    /// </exception>
    public static ClassificationOutput From(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var shape = network.OutputShape;
        if (shape.Rank != 1 || shape[0] == 0)
            throw new ArgumentException(
                $"A classifier ends with one number for each class, but the output of '{network.OutputName}' is "
                    + $"{shape}. Add a pooling or flatten layer and a dense one.",
                nameof(network)
            );
        var last = network.Nodes.Count == 0 ? null : network.Nodes[^1];
        return (last?.Layer, shape[0]) switch
        {
            (Softmax, > 1) => new(ClassificationOutputKind.Probabilities, last.Inputs[0], shape[0]),
            (Sigmoid, 1) => new(ClassificationOutputKind.BinaryProbability, last.Inputs[0], 2),
            (Softmax or LogSoftmax, _) when shape[0] == 1 => throw new ArgumentException(
                $"'{last!.Name}' is a {last.Layer.Kind} of one number, so its result never changes. Use a sigmoid, or "
                    + $"two numbers.",
                nameof(network)
            ),
            (Sigmoid, _) => throw new ArgumentException(
                $"'{last!.Name}' has {shape[0]} sigmoids, which do not add up to 1; a classifier of classes that "
                    + $"exclude each other ends with a softmax.",
                nameof(network)
            ),
            (_, 1) => new(ClassificationOutputKind.BinaryLogit, network.OutputName, 2),
            _ => new(ClassificationOutputKind.Logits, network.OutputName, shape[0]),
        };
    }

    /// <summary>Converts an output to probabilities.</summary>
    /// <param name="output">The network's output, <c>[n, outputs]</c>.</param>
    /// <returns><c>[n, classes]</c>, each row adding up to 1; owned by the caller.</returns>
    public Tensor Probabilities(Tensor output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var rows = output.Shape[0];
        var probabilities = Tensor.Uninitialized(new Shape(rows, Classes));
        for (var row = 0; row < rows; row++)
        {
            var from = output.Rows(row);
            var to = probabilities.Rows(row);
            if (IsBinary)
            {
                var second =
                    Kind == ClassificationOutputKind.BinaryLogit
                        ? (float)(1 / (1 + Math.Exp(-(double)from[0])))
                        : from[0];
                (to[0], to[1]) = (1 - second, second);
            }
            else if (Kind == ClassificationOutputKind.Probabilities)
            {
                from.CopyTo(to);
            }
            else
            {
                Softmax.Apply(from, to);
            }
        }

        return probabilities;
    }

    /// <summary>
    /// The logits of all classes. A single logit is that of the second class; the first class then has logit 0.
    /// </summary>
    /// <param name="values">A row of the output of <see cref="LogitsNode"/>.</param>
    /// <param name="logits">Receives <see cref="Classes"/> numbers.</param>
    internal void Logits(ReadOnlySpan<float> values, Span<double> logits)
    {
        logits[0] = 0;
        var first = IsBinary ? 1 : 0;
        for (var i = 0; i < values.Length; i++)
            logits[first + i] = values[i];
    }

    /// <summary>The class with the largest output; the first of them if several are equal.</summary>
    /// <param name="output">A row of the network's output.</param>
    public int Likeliest(ReadOnlySpan<float> output)
    {
        if (IsBinary)
            return output[0] > (Kind == ClassificationOutputKind.BinaryLogit ? 0 : 0.5f) ? 1 : 0;
        var best = 0;
        for (var i = 1; i < output.Length; i++)
        {
            if (output[i] > output[best])
                best = i;
        }

        return best;
    }
}
