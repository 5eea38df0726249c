using Graft.Layers.Inference.Steps;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Layers.Inference;

/// <summary>
/// A frozen network compiled for inference: batch normalisation is folded into convolutions; bias, residual add and
/// ReLU are fused into the convolution; paddings are not materialised where possible; weights are packed once. A
/// <see cref="PlanRunner"/> holds the buffers.
/// </summary>
/// <remarks>
/// The plan holds copies of the weights, so later changes to the network do not affect it. Layers that it runs as they
/// are (see <see cref="Lowering.None"/>) are the exception: it shares their parameters with the network. Immutable and
/// thread-safe: runners on several threads may share it. Dispose it after its runners. An image's result depends only
/// on its pixels, not on the batch, its index in the batch, or the number of threads.
/// </remarks>
public sealed class InferencePlan : ICompiledNetwork
{
    private readonly IReadOnlyList<PlanStep> _steps;

    internal InferencePlan(
        Shape inputShape,
        IReadOnlyList<PlanValue> values,
        IReadOnlyList<PlanStep> steps,
        int outputValue,
        PlanOptions options
    )
    {
        InputShape = inputShape;
        Values = values;
        _steps = steps;
        OutputValue = outputValue;
        Numerics = options.Numerics;
    }

    /// <summary>
    /// Identifies the arithmetic, for the keys of stored features. Two plans of the same network and weights with the
    /// same text give the same bits.
    /// </summary>
    public string Numerics { get; }

    /// <summary>The shape of one input, without the batch.</summary>
    public Shape InputShape { get; }

    /// <summary>The shape of one output, without the batch.</summary>
    public Shape OutputShape => Values[OutputValue].Shape;

    /// <summary>A description of each step of the plan, one line each.</summary>
    public IReadOnlyList<string> Steps => [.. _steps.Select(step => step.Description)];

    /// <summary>
    /// A table as text. It has a line for each step with the shape of its output for one image, its operations and
    /// weights, and the nodes that are fused in it.
    /// </summary>
    public string Summary() => PlanSummary.Create(this);

    /// <summary>Floating-point operations for one image: a multiplication with its addition counts as two.</summary>
    public long OperationsPerImage => _steps.Sum(step => step.Operations);

    internal IReadOnlyList<PlanValue> Values { get; }

    internal IReadOnlyList<PlanStep> CompiledSteps => _steps;

    internal int OutputValue { get; }

    /// <summary>Compiles a network, in evaluation mode. Its weights are prepared on all processors.</summary>
    /// <param name="network">The network; it can be disposed or changed afterwards.</param>
    /// <param name="outputNode">
    /// The node whose output to compute; the network's output when null. Nodes that it does not need are left out.
    /// </param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <exception cref="KeyNotFoundException">The network has no node of this name.</exception>
    public static InferencePlan Compile(Network network, string? outputNode = null, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var workers = new WorkerPool();
        return new PlanCompiler(
            network,
            outputNode ?? network.OutputName,
            options ?? new PlanOptions(),
            workers
        ).Compile();
    }

    /// <summary>Makes a runner with buffers for a number of images.</summary>
    /// <param name="maximumBatch">The largest batch, at least 1.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>A runner that the caller disposes before the plan.</returns>
    public PlanRunner CreateRunner(int maximumBatch, WorkerPool workers) => new(this, maximumBatch, workers);

    INetworkRunner ICompiledNetwork.CreateRunner(int maximumBatch, WorkerPool workers) =>
        CreateRunner(maximumBatch, workers);

    /// <summary>Frees the packed weights.</summary>
    public void Dispose()
    {
        foreach (var step in _steps)
            step.Dispose();
    }
}
