using Graft.Tensors;

namespace Graft.Layers.Inference;

/// <summary>
/// A network that is ready to run in evaluation mode: an <see cref="InferencePlan"/>, or what another engine makes of a
/// network. It holds what it needs of the weights. Implementations are thread-safe: runners on several threads may
/// share one. Dispose it after its runners.
/// </summary>
public interface ICompiledNetwork : IDisposable
{
    /// <summary>
    /// Identifies the engine and its arithmetic, for the keys of stored features. Features under different texts are
    /// never mixed.
    /// </summary>
    string Numerics { get; }

    /// <summary>The shape of one input, without the batch.</summary>
    Shape InputShape { get; }

    /// <summary>The shape of one output, without the batch.</summary>
    Shape OutputShape { get; }

    /// <summary>Makes a runner.</summary>
    /// <param name="maximumBatch">The largest batch, at least 1.</param>
    /// <param name="workers">The worker threads. Other engines use only their number.</param>
    /// <returns>A runner that the caller disposes before this object.</returns>
    INetworkRunner CreateRunner(int maximumBatch, WorkerPool workers);
}
