using System.Diagnostics;
using System.Runtime.InteropServices;
using Graft.Layers.Autograd;
using Graft.Layers.Freezing;
using Graft.Layers.Losses;
using Graft.Layers.Optimizers;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Benchmarks.Peers;

/// <summary>Trains one ONNX file in Graft, as torch_training_server.py does in PyTorch.</summary>
internal sealed class TrainingServer : IDisposable
{
    private const double LearningRate = 1e-3;
    private const double Momentum = 0.9;

    /// <summary>Steps whose losses are compared before anything is timed.</summary>
    private const int ComparedSteps = 3;

    private readonly WorkerPool _workers;
    private readonly OnnxModel _model;
    private readonly TrainableNetwork _network;
    private readonly Tensor _pixels;
    private readonly int[] _labels;
    private readonly Sgd _optimizer;

    private TrainingServer(TrainingMode mode, string model, string source, int batch, int size, int threads)
    {
        _workers = new WorkerPool(threads);
        _model = OnnxModel.Read(model);
        mode.Prepare(_model.Network);
        _network = new TrainableNetwork(_model.Network, _workers, batch);
        _pixels = Tensor.From(
            new Shape(batch, size, size, 3),
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(source))
        );
        _labels = [.. Enumerable.Range(0, batch).Select(image => image % _model.Network.OutputShape[0])];
        _optimizer = new Sgd(_model.Network.Parameters, LearningRate, Momentum, workers: _workers);
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
        _optimizer.Dispose();
        _network.Dispose();
        _model.Dispose();
        _pixels.Dispose();
        _workers.Dispose();
    }

    private double Step()
    {
        _optimizer.ZeroGradients();
        using var pass = _network.Forward(_pixels, new PassOptions { Workers = _workers, Training = true });
        var loss = CrossEntropyLoss.Compute(pass, _labels);
        loss.Backward();
        _optimizer.Step();
        return loss.Value;
    }
}
