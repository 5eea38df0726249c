using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>A mini-batch: the network's inputs and the targets. Owns its tensors. Not thread-safe.</summary>
public sealed class Batch : IDisposable
{
    /// <summary>Makes a batch that owns its tensors.</summary>
    /// <param name="inputs"><c>[n, ...]</c>: pixels of 0 to 255, or features.</param>
    /// <param name="labels">
    /// The class of each example, from 0; for a mixed example, the class of its larger part.
    /// </param>
    /// <param name="targets">
    /// <c>[n, classes]</c>: the target probability of each class, 0 or more; each row sums to 1. Null if every example
    /// belongs wholly to its label's class.
    /// </param>
    /// <exception cref="ArgumentException">The numbers of inputs, labels and targets differ.</exception>
    public Batch(Tensor inputs, IReadOnlyList<int> labels, Tensor? targets = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        if (inputs.Shape[0] != labels.Count || (targets is not null && targets.Shape[0] != labels.Count))
            throw new ArgumentException(
                $"A batch has inputs {inputs.Shape}, {labels.Count} labels and targets {targets?.Shape}; it needs "
                    + $"one label, and one row of targets if there are any, for each input.",
                nameof(labels)
            );
        Inputs = inputs;
        Labels = labels;
        Targets = targets;
    }

    /// <summary><c>[n, ...]</c>; owned by the batch.</summary>
    public Tensor Inputs { get; }

    /// <summary>The class of each example, from 0.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>
    /// <c>[n, classes]</c>, or null if every example belongs wholly to its label's class; owned by the batch.
    /// </summary>
    public Tensor? Targets { get; }

    /// <summary>The number of examples.</summary>
    public int Count => Labels.Count;

    /// <summary>Frees inputs and targets.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Targets?.Dispose();
    }
}
