using Graft.Tensors;

namespace Graft.Layers.Autograd;

/// <summary>The options of a forward and backward pass.</summary>
public sealed record PassOptions
{
    /// <summary>The worker threads.</summary>
    public required WorkerPool Workers { get; init; }

    /// <summary>Whether dropout is active and batch normalisation uses the batch's own statistics.</summary>
    public bool Training { get; init; }

    /// <summary>Whether <c>NetworkPass.Backward</c> will be called; otherwise nothing is kept for it.</summary>
    public bool Backward { get; init; } = true;

    /// <summary>
    /// Whether the output of every node is kept for <c>NetworkPass.OutputOf</c>. Otherwise, outputs that neither a
    /// later node nor backward needs are freed or never created.
    /// </summary>
    public bool KeepOutputs { get; init; }

    /// <summary>Random numbers for dropout; required in training by networks that have dropout.</summary>
    public DeterministicRandom? Random { get; init; }

    /// <summary>Whether backward computes the gradient with respect to the pass's input as well.</summary>
    public bool InputGradient { get; init; }
}
