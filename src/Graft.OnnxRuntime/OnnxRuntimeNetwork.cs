using System.Collections.Concurrent;
using Graft.Engines;
using Graft.Layers.Inference;
using Graft.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Graft.OnnxRuntime;

/// <summary>A network as ONNX, with one session for each number of threads that runs it. Thread-safe.</summary>
internal sealed class OnnxRuntimeNetwork : ICompiledNetwork
{
    private readonly byte[] _model;
    private readonly OnnxRuntimeProvider _provider;
    private readonly ConcurrentDictionary<int, Lazy<InferenceSession>> _sessions = new();

    /// <summary>Keeps a model.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="provider">What computes.</param>
    /// <param name="inputShape">The shape of one input, without the batch.</param>
    /// <param name="outputShape">The shape of one output, without the batch.</param>
    /// <param name="numerics">The engine and its arithmetic.</param>
    public OnnxRuntimeNetwork(
        byte[] model,
        OnnxRuntimeProvider provider,
        Shape inputShape,
        Shape outputShape,
        string numerics
    )
    {
        _model = model;
        _provider = provider;
        InputShape = inputShape;
        OutputShape = outputShape;
        Numerics = numerics;
    }

    public string Numerics { get; }

    public Shape InputShape { get; }

    public Shape OutputShape { get; }

    public INetworkRunner CreateRunner(int maximumBatch, WorkerPool workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBatch, 1);
        ArgumentNullException.ThrowIfNull(workers);
        var session = _sessions.GetOrAdd(workers.ThreadCount, count => new(() => CreateSession(count))).Value;
        return new OnnxRuntimeRunner(session, InputShape, OutputShape, maximumBatch);
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.IsValueCreated)
                session.Value.Dispose();
        }
    }

    private InferenceSession CreateSession(int threads)
    {
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            ProviderOrder.AddTo(options, _provider);
            return new InferenceSession(_model, options);
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new EngineException(
                $"Preparing the network with ONNX Runtime on {OnnxRuntimeEngine.Word(_provider)} failed: "
                    + $"{error.Message.TrimEnd('.', ' ')}. {OnnxRuntimeLibrary.TakeLastError()} Check that the driver "
                    + "and the libraries that the provider needs are installed, or use Graft's own engine.",
                error
            );
        }
    }
}
