using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Graft.Layers;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Benchmarks.Peers;

/// <summary>Trains one ONNX file in Graft, as torch_training_server.py does in PyTorch.</summary>
internal sealed class TrainingServer : IDisposable
{
    private const float LearningRate = 1e-3f;
    private const float Momentum = 0.9f;

    /// <summary>Steps whose losses are compared before anything is timed.</summary>
    private const int ComparedSteps = 3;

    private readonly WorkerPool _workers;
    private readonly OnnxModel _model;
    private readonly TrainableNetwork _network;
    private readonly Tensor _pixels;
    private readonly int[] _labels;
    private readonly List<(Parameter Parameter, float[] Velocity)> _velocities;

    private TrainingServer(TrainingMode mode, string model, string source, int batch, int size, int threads)
    {
        _workers = new WorkerPool(threads);
        _model = OnnxModel.Read(model);
        mode.Prepare(_model.Network);
        _network = new TrainableNetwork(_model.Network, _workers, batch);
        _pixels = Tensor.From(new Shape(batch, size, size, 3), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(source)));
        _labels = [.. Enumerable.Range(0, batch).Select(image => image % _model.Network.OutputShape[0])];
        _velocities = [.. _model.Network.Parameters.Where(pair => pair.Value.Trainable).Select(pair => (pair.Value, new float[pair.Value.Value.Length]))];
    }

    public static int Run(string mode, string model, string source, string target, int batch, int size, int threads)
    {
        var start = Stopwatch.GetTimestamp();
        using var server = new TrainingServer(TrainingMode.Parse(mode), model, source, batch, size, threads);
        var losses = new float[ComparedSteps];
        for (var step = 0; step < losses.Length; step++)
            losses[step] = (float)server.Step();
        File.WriteAllBytes(target, MemoryMarshal.AsBytes(losses.AsSpan()));
        ServerProtocol.Serve(Stopwatch.GetElapsedTime(start).TotalSeconds, () => server.Step());
        return 0;
    }

    public void Dispose()
    {
        _network.Dispose();
        _model.Dispose();
        _pixels.Dispose();
        _workers.Dispose();
    }

    private double Step()
    {
        foreach (var (parameter, _) in _velocities)
            parameter.ZeroGradient();
        using var pass = _network.Forward(_pixels, new PassOptions { Workers = _workers, Training = true });
        var loss = CrossEntropyLoss.Of(pass, _labels);
        loss.Backward();
        _workers.Run(_velocities.Count, (i, _) => Descend(_velocities[i].Parameter, _velocities[i].Velocity));
        return loss.Value;
    }

    /// <summary>Stochastic gradient descent with momentum as PyTorch has it: <c>v = momentum v + g</c>, <c>p -= rate v</c>.</summary>
    private static void Descend(Parameter parameter, Span<float> velocity)
    {
        var gradient = parameter.Gradient!.Span;
        var values = parameter.Value.Span;
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var next = (Momentum * new Vector<float>(velocity[i..])) + new Vector<float>(gradient[i..]);
            next.CopyTo(velocity[i..]);
            (new Vector<float>(values[i..]) - (LearningRate * next)).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            velocity[i] = (Momentum * velocity[i]) + gradient[i];
            values[i] -= LearningRate * velocity[i];
        }
    }
}
