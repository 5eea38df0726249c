using Graft.Engines;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Weights.Onnx;
using Graft.Weights.Onnx.Graphs;

namespace Graft.OnnxRuntime;

/// <summary>
/// ONNX Runtime as an engine. A network is written as ONNX in memory, and a session of ONNX Runtime runs it. Immutable
/// and thread-safe.
/// </summary>
/// <remarks>
/// Results are those of Graft's own engine but for rounding, about 1e-6 of their magnitude on a CPU. Unlike there, the
/// last bits may depend on the batch, on the number of threads and on the processor. The native library is not part of
/// this package: the program references <c>Microsoft.ML.OnnxRuntime</c>, or the package for its hardware.
/// </remarks>
public sealed class OnnxRuntimeEngine : IEngine
{
    /// <summary>The name of the engine in an <see cref="EngineSet"/>.</summary>
    private const string EngineName = "onnxruntime";

    /// <summary>Raised when networks are written differently, so that features may change in the last bits.</summary>
    private const int Revision = 1;

    private readonly string _version;

    /// <summary>Starts ONNX Runtime unless that was done before.</summary>
    /// <param name="provider">What computes.</param>
    /// <exception cref="EngineException">
    /// ONNX Runtime's native library is missing, or lacks the provider.
    /// </exception>
    public OnnxRuntimeEngine(OnnxRuntimeProvider provider = OnnxRuntimeProvider.Cpu)
    {
        Provider = provider;
        _version = OnnxRuntimeLibrary.Require(provider);
    }

    /// <summary>
    /// The entry of this engine in an <see cref="EngineSet"/>: <c>onnxruntime</c>, or <c>onnxruntime:cuda</c> and so
    /// on.
    /// </summary>
    public static EngineEntry Entry { get; } =
        new(
            EngineName,
            [.. Enum.GetValues<OnnxRuntimeProvider>().Select(Word)],
            static variant => new OnnxRuntimeEngine(
                variant is null ? OnnxRuntimeProvider.Cpu : Enum.Parse<OnnxRuntimeProvider>(variant, ignoreCase: true)
            )
        );

    /// <summary>What computes.</summary>
    public OnnxRuntimeProvider Provider { get; }

    /// <summary>What writes layers that Graft does not know, by their types; none by default.</summary>
    public IReadOnlyDictionary<Type, Action<OnnxLayerGraph>> Layers { get; init; } =
        new Dictionary<Type, Action<OnnxLayerGraph>>();

    /// <inheritdoc/>
    public string Name => $"{EngineName}:{Word(Provider)}";

    /// <inheritdoc/>
    public string Numerics => $"{EngineName} {_version} {Word(Provider)}, {Revision}";

    /// <inheritdoc/>
    public ICompiledNetwork Compile(Network network, string? outputNode = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var node = outputNode ?? network.OutputName;
        var shape = network.ShapeOf(node);
        using var model = new MemoryStream();
        try
        {
            OnnxWriter.Write(model, network, new() { OutputNode = node, Layers = Layers });
        }
        catch (ArgumentException error)
        {
            throw new EngineException(
                $"Writing the network for ONNX Runtime failed: {error.Message} A layer of your own needs an entry in "
                    + $"{nameof(OnnxRuntimeEngine)}.{nameof(Layers)}; Graft's own engine runs every network.",
                error
            );
        }

        return new OnnxRuntimeNetwork(model.ToArray(), Provider, network.InputShape, shape, Numerics);
    }

    internal static string Word(OnnxRuntimeProvider provider) => provider.ToString().ToLowerInvariant();
}
