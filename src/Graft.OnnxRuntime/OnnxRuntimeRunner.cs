using Graft.Engines;
using Graft.Layers.Inference;
using Graft.Tensors;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Graft.OnnxRuntime;

/// <summary>Runs a session on tensors of Graft, in place. Not thread-safe.</summary>
internal sealed class OnnxRuntimeRunner : INetworkRunner
{
    private readonly InferenceSession _session;
    private readonly Shape _inputShape;
    private readonly Shape _outputShape;
    private readonly RunOptions _options = new();

    /// <summary>Creates a runner.</summary>
    /// <param name="session">The session, which the network owns.</param>
    /// <param name="inputShape">The shape of one input, without the batch.</param>
    /// <param name="outputShape">The shape of one output, without the batch.</param>
    /// <param name="maximumBatch">The largest batch.</param>
    public OnnxRuntimeRunner(InferenceSession session, Shape inputShape, Shape outputShape, int maximumBatch)
    {
        _session = session;
        _inputShape = inputShape;
        _outputShape = outputShape;
        MaximumBatch = maximumBatch;
    }

    public int MaximumBatch { get; }

    public Tensor Run(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var batch = input.Shape.Rank == 0 ? 0 : input.Shape[0];
        if (batch < 1 || batch > MaximumBatch || !input.Shape.Dimensions[1..].SequenceEqual(_inputShape.Dimensions))
            throw new ArgumentException(
                $"The network takes 1 to {MaximumBatch} inputs of {_inputShape}, but the input is {input.Shape}.",
                nameof(input)
            );
        var output = Tensor.Uninitialized(new Shape([batch, .. _outputShape.Dimensions]));
        try
        {
            Run(input, output);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    public void Dispose() => _options.Dispose();

    private unsafe void Run(Tensor input, Tensor output)
    {
        fixed (float* from = input.Span)
        fixed (float* to = output.Span)
        {
            using var source = Value(from, input.Shape);
            using var target = Value(to, output.Shape);
            try
            {
                _session.Run(_options, _session.InputNames, [source], _session.OutputNames, [target]);
            }
            catch (OnnxRuntimeException error)
            {
                throw new EngineException(
                    $"Running a batch of {input.Shape} with ONNX Runtime failed: {error.Message} Use a smaller batch "
                        + "if memory was short, or Graft's own engine.",
                    error
                );
            }
        }
    }

    private static unsafe OrtValue Value(float* data, Shape shape) =>
        OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            TensorElementType.Float,
            [.. shape.Dimensions.ToArray().Select(static dimension => (long)dimension)],
            (nint)data,
            shape.ElementCount * sizeof(float)
        );
}
