using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Graft.OnnxRuntimePeer;

/// <summary>Loads one model and times its runs on request.</summary>
internal static class BenchmarkServer
{
    public static void Run(string model, string input, string output, int batch, int size, int threads)
    {
        var begin = Stopwatch.GetTimestamp();
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            EnableCpuMemArena = true,
            EnableMemoryPattern = true,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddFreeDimensionOverrideByName("batch", batch);
        using var session = new InferenceSession(model, options);
        var values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(input)).ToArray();
        using var pixels = OrtValue.CreateTensorValueFromMemory(values, [batch, size, size, 3]);
        using var run = new RunOptions();
        using (var results = RunOnce())
            File.WriteAllBytes(output, MemoryMarshal.AsBytes(results[0].GetTensorDataAsSpan<float>()).ToArray());
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    name = "ONNX Runtime",
                    version = OrtEnv.Instance().GetVersionString(),
                    loadSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds,
                }
            )
        );
        while (Console.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "memory")
            {
                Console.WriteLine($"{Memory("VmHWM")} {Memory("VmRSS")}");
                continue;
            }

            var times = new List<string>();
            for (var i = 0; i < int.Parse(words[1], CultureInfo.InvariantCulture); i++)
            {
                var start = Stopwatch.GetTimestamp();
                RunOnce().Dispose();
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
            }

            Console.WriteLine(string.Join(' ', times));
        }

        IDisposableReadOnlyCollection<OrtValue> RunOnce() =>
            session.Run(run, [session.InputNames[0]], [pixels], [session.OutputNames[0]]);
    }

    /// <summary>A figure of the process in MiB.</summary>
    private static string Memory(string name)
    {
        var line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        var kilobytes = double.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(),
            CultureInfo.InvariantCulture
        );
        return (kilobytes / 1024).ToString("R", CultureInfo.InvariantCulture);
    }
}
