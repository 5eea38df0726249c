using Graft.Tensors;

namespace Graft.Layers.Inference;

/// <summary>Runs an <see cref="ICompiledNetwork"/> on batches. Not thread-safe: one runner for each thread.</summary>
public interface INetworkRunner : IDisposable
{
    /// <summary>The largest batch.</summary>
    int MaximumBatch { get; }

    /// <summary>Runs the network.</summary>
    /// <param name="input">
    /// <c>[n, ...]</c> with the network's input shape after n, 1 to <see cref="MaximumBatch"/> inputs.
    /// </param>
    /// <returns><c>[n, ...]</c> with the network's output shape; owned by the caller.</returns>
    /// <exception cref="ArgumentException">The input has the wrong shape.</exception>
    Tensor Run(Tensor input);
}
