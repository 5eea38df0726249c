using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>A mini-batch: what a network takes, and what it should say. Owns its tensors. Not thread-safe.</summary>
public sealed class Batch : IDisposable
{
    /// <summary>Makes a batch that owns its tensors.</summary>
    /// <param name="inputs"><c>[n, ...]</c>: pixels of 0 to 255, or features.</param>
    /// <param name="labels">
    /// The class of each example, from 0; for a mixed example the class of its larger part.
    /// </param>
    /// <param name="targets">
    /// <c>[n, classes]</c>: how much of each class an example is; each row is 0 or more and adds up to 1. Null where
    /// every example is wholly of its label's class.
    /// </param>
    /// <exception cref="ArgumentException">The numbers of inputs, labels and targets differ.</exception>
    public Batch(Tensor inputs, IReadOnlyList<int> labels, Tensor? targets = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        if (inputs.Shape[0] != labels.Count || (targets is not null && targets.Shape[0] != labels.Count))
            throw new ArgumentException(
                $"A batch of inputs {inputs.Shape} has {labels.Count} labels and targets {targets?.Shape}; it needs "
                    + $"one for each input.",
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
    /// <c>[n, classes]</c>, or null where every example is wholly of its label's class; owned by the batch.
    /// </summary>
    public Tensor? Targets { get; }

    /// <summary>How many examples.</summary>
    public int Count => Labels.Count;

    /// <summary>Frees inputs and targets.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Targets?.Dispose();
    }
}
