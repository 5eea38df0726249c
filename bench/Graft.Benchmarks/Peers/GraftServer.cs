using System.Diagnostics;
using System.Runtime.InteropServices;
using Graft.Layers.Inference;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Benchmarks.Peers;

/// <summary>Runs one ONNX file in Graft, as the servers beside run.sh do in other programs.</summary>
internal static class GraftServer
{
    public static int Run(string model, string source, string target, int batch, int size, int threads)
    {
        var start = Stopwatch.GetTimestamp();
        using var workers = new WorkerPool(threads);
        using var plan = Compile(model);
        using var runner = plan.CreateRunner(batch, workers);
        using var pixels = Tensor.From(
            new Shape(batch, size, size, 3),
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(source))
        );
        using (var features = runner.Run(pixels))
            File.WriteAllBytes(target, MemoryMarshal.AsBytes(features.Span));
        ServerProtocol.Serve(Stopwatch.GetElapsedTime(start).TotalSeconds, () => runner.Run(pixels).Dispose());
        return 0;
    }

    /// <summary>
    /// The network itself is freed: the plan has what it needs. What it took is given back before the buffers are
    /// taken.
    /// </summary>
    private static InferencePlan Compile(string path)
    {
        InferencePlan plan;
        using (var model = OnnxModel.Read(path))
        {
            GC.Collect();
            plan = InferencePlan.Compile(model.Network);
        }

        TensorMemory.Shared.Trim();
        return plan;
    }
}
