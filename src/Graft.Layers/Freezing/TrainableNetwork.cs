using Graft.Layers.Autograd;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Layers.Freezing;

/// <summary>
/// A network whose lower part is frozen, ready for training. The frozen part runs compiled, the part above it layer by
/// layer with gradients. The node between the two is the boundary. The boundary's output for an image never
/// changes during this object's lifetime, so it can be computed once and stored.
/// </summary>
/// <remarks>
/// The boundary is the last node through which alone everything trainable depends on the input: a residual connection
/// is never cut. Dropout after the last frozen layer with parameters belongs to the trainable part. The frozen part
/// always runs in inference mode: no dropout, and batch normalisation with its running statistics. The frozen part and
/// its weights are fixed at construction: create a new object after freezing, unfreezing or loading weights. Training
/// gives the same bits from computed and from stored boundary values. Not thread-safe.
/// </remarks>
public sealed class TrainableNetwork : ITrainable, IDisposable
{
    private readonly NetworkNode[] _frozen;
    private readonly NetworkNode[] _trained;

    // Every step creates tensors of the same sizes, so all of them are kept for the next step, however large.
    private readonly TensorMemory _memory = new(long.MaxValue);
    private readonly ICompiledNetwork? _compiled;
    private readonly INetworkRunner? _runner;

    /// <summary>Finds the boundary and compiles the frozen part.</summary>
    /// <param name="network">
    /// The network. It is trained in place, is not owned, and must be disposed after this object.
    /// </param>
    /// <param name="workers">The threads that the frozen part runs on.</param>
    /// <param name="maximumBatch">The largest batch of the frozen part, at least 1.</param>
    /// <param name="compile">
    /// Compiles the part of a network up to a node; by default <see cref="InferencePlan.Compile"/> without options.
    /// </param>
    public TrainableNetwork(
        Network network,
        WorkerPool workers,
        int maximumBatch,
        Func<Network, string, ICompiledNetwork>? compile = null
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBatch, 1);
        Network = network;
        BoundaryNode = FrozenBoundary.Find(network);
        _frozen = BoundaryNode == Network.InputName ? [] : [.. network.NodesFor(BoundaryNode)];
        _trained = [.. network.NodesFor(network.OutputName).Except(_frozen)];
        if (_frozen.Length == 0)
            return;
        _compiled = compile is null ? InferencePlan.Compile(network, BoundaryNode) : compile(network, BoundaryNode);
        _runner = _compiled.CreateRunner(maximumBatch, workers);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The last frozen node, or <see cref="Network.InputName"/> if everything is trained.</summary>
    public string BoundaryNode { get; }

    /// <summary>The shape of the boundary's output, without the batch.</summary>
    public Shape BoundaryShape => Network.ShapeOf(BoundaryNode);

    /// <summary>Whether there is anything to train.</summary>
    public bool HasTrainableParameters => Network.Parameters.Any(pair => pair.Value.Trainable);

    /// <summary>Runs the frozen part, then the trainable part, and keeps what backward needs.</summary>
    /// <param name="input">
    /// <c>[batch, ...]</c> with the network's input shape after the batch, 1 to the maximum batch.
    /// </param>
    /// <param name="options">Mode, random numbers and threads of the trainable part.</param>
    /// <returns>The pass over the trainable part, which owns the boundary's values; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The input has the wrong shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// A parameter of the frozen part was unfrozen after construction.
    /// </exception>
    public NetworkPass Forward(Tensor input, PassOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        return _runner is null
            ? ForwardFromBoundary(input, options)
            : new NetworkPass(Network, _trained, BoundaryNode, ForwardFrozen(input), ownsInput: true, options, _memory);
    }

    /// <summary>Runs the frozen part alone.</summary>
    /// <param name="input">
    /// <c>[batch, ...]</c> with the network's input shape after the batch, 1 to the maximum batch.
    /// </param>
    /// <returns>
    /// The boundary's values, <c>[batch, ...]</c> with <see cref="BoundaryShape"/>, owned by the caller. An image's
    /// values do not depend on the batch.
    /// </returns>
    /// <exception cref="ArgumentException">The input has the wrong shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// A parameter of the frozen part was unfrozen after construction.
    /// </exception>
    public Tensor ForwardFrozen(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireFrozen();
        return _runner is null ? input.Clone() : _runner.Run(input);
    }

    /// <summary>
    /// Runs the trainable part from values that <see cref="ForwardFrozen"/> returned, now or earlier.
    /// </summary>
    /// <param name="boundary">
    /// <c>[batch, ...]</c> with <see cref="BoundaryShape"/>; must stay alive as long as the pass.
    /// </param>
    /// <param name="options">Mode, random numbers and threads.</param>
    /// <returns>The pass, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The values have the wrong shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// A parameter of the frozen part was unfrozen after construction.
    /// </exception>
    public NetworkPass ForwardFromBoundary(Tensor boundary, PassOptions options)
    {
        RequireFrozen();
        return new NetworkPass(Network, _trained, BoundaryNode, boundary, ownsInput: false, options, _memory);
    }

    /// <summary>Frees the compiled frozen part and its buffers, not the network.</summary>
    public void Dispose()
    {
        _runner?.Dispose();
        _compiled?.Dispose();
        _memory.Trim();
    }

    private void RequireFrozen()
    {
        foreach (var node in _frozen)
        {
            if (node.Layer.Parameters.Any(parameter => parameter.Trainable))
                throw new InvalidOperationException(
                    $"Node '{node.Name}' is below '{BoundaryNode}', where everything was frozen, but has been "
                        + $"unfrozen since. Make a new {nameof(TrainableNetwork)} after unfreezing."
                );
        }
    }
}
