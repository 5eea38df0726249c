using Graft.Layers.Inference;
using Graft.Layers.Networks;

namespace Graft.Engines;

/// <summary>
/// What runs frozen networks: feature extraction, the frozen part of training, the saved classifier, benchmarks. Parts
/// with gradients always run on Graft's own layers. Implementations are immutable and thread-safe.
/// </summary>
/// <remarks>
/// The same network gives the same features with every engine, but for rounding. Whoever writes an engine compares its
/// results with those of <see cref="GraftEngine"/>.
/// </remarks>
public interface IEngine
{
    /// <summary>
    /// The name by which an <see cref="EngineSet"/> finds this engine again, for example <c>onnxruntime:cuda</c>.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// Identifies the engine and its arithmetic in the keys of stored features; it is the
    /// <see cref="ICompiledNetwork.Numerics"/> of what <see cref="Compile"/> returns. Engines whose results may differ,
    /// even in the last bit, have different texts. An engine whose last bits also depend on the batch, the threads or
    /// the processor states so in its documentation.
    /// </summary>
    string Numerics { get; }

    /// <summary>Prepares a network for inference.</summary>
    /// <param name="network">The network; it can be disposed or changed afterwards.</param>
    /// <param name="outputNode">
    /// The node whose output to compute; the network's output when null. Nodes that it does not need are left out.
    /// </param>
    /// <returns>The compiled network, which the caller disposes.</returns>
    /// <exception cref="KeyNotFoundException">The network has no node of this name.</exception>
    /// <exception cref="EngineException">The engine cannot run the network; the message says why.</exception>
    ICompiledNetwork Compile(Network network, string? outputNode = null);
}
