using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Graft.Layers.Inference;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Benchmarks.Peers;

/// <summary>Runs one ONNX file in Graft, as the servers beside run.sh do in other programs.</summary>
internal static class GraftServer
{
    private const double Mebibyte = 1 << 20;

    public static int Run(string model, string source, string target, int batch, int size, int threads)
    {
        var start = Stopwatch.GetTimestamp();
        using var workers = new WorkerPool(threads);
        using var plan = Compile(model);
        using var runner = plan.CreateRunner(batch, workers);
        using var pixels = Tensor.From(new Shape(batch, size, size, 3), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(source)));
        using (var features = runner.Run(pixels))
            File.WriteAllBytes(target, MemoryMarshal.AsBytes(features.Span));
        Console.WriteLine(JsonSerializer.Serialize(new { name = "Graft", version = typeof(InferencePlan).Assembly.GetName().Version!.ToString(3), loadSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds }));
        while (Console.ReadLine()?.Split(' ') is [var command, .. var counts])
        {
            if (command == "memory")
            {
                using var process = Process.GetCurrentProcess();
                Answer([process.PeakWorkingSet64 / Mebibyte, process.WorkingSet64 / Mebibyte]);
                continue;
            }

            Answer(Enumerable.Range(0, int.Parse(counts[0], CultureInfo.InvariantCulture)).Select(_ => Time(runner, pixels)));
        }

        return 0;
    }

    private static double Time(PlanRunner runner, Tensor pixels)
    {
        var start = Stopwatch.GetTimestamp();
        runner.Run(pixels).Dispose();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The network itself is freed: the plan has what it needs. What it took is given back before the buffers are taken.</summary>
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

    private static void Answer(IEnumerable<double> values) =>
        Console.WriteLine(string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
}
