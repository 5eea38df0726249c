using Graft.Layers.Inference;
using Graft.Layers.Networks;

namespace Graft.Engines;

/// <summary>
/// Graft's own engine: an <see cref="InferencePlan"/>. The same features come out with any number of threads and any
/// batch size, to the last bit. Immutable and thread-safe.
/// </summary>
/// <param name="options">How networks are compiled; the defaults when null.</param>
public sealed class GraftEngine(PlanOptions? options = null) : IEngine
{
    private readonly PlanOptions _options = options ?? new();

    /// <summary>The engine with its default options.</summary>
    public static GraftEngine Default { get; } = new();

    /// <summary>The engine that computes convolutions as plain sums, see <see cref="PlanOptions.Exact"/>.</summary>
    public static GraftEngine Exact { get; } = new(new() { Exact = true });

    /// <summary>The entry of this engine in an <see cref="EngineSet"/>: <c>graft</c>, or <c>graft:exact</c>.</summary>
    public static EngineEntry Entry { get; } =
        new("graft", ["exact"], static variant => variant is null ? Default : Exact);

    /// <inheritdoc/>
    public string Name => _options.Exact ? "graft:exact" : "graft";

    /// <inheritdoc/>
    public string Numerics => _options.Numerics;

    /// <inheritdoc/>
    public ICompiledNetwork Compile(Network network, string? outputNode = null) =>
        InferencePlan.Compile(network, outputNode, _options);
}
