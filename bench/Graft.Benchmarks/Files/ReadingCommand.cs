using System.Diagnostics;
using Graft.Layers.Inference;
using Graft.Weights.Onnx;

namespace Graft.Benchmarks.Files;

/// <summary>
/// How long it takes from an ONNX file to a plan that is ready to run, and how much memory. Usage: <c>reading FILE
/// [TIMES]</c>.
/// </summary>
internal static class ReadingCommand
{
    public static int Run(string[] options)
    {
        if (options is not [var path, .. var rest] || rest.Length > 1)
        {
            Console.Error.WriteLine("Usage: reading FILE.onnx [TIMES]");
            return 2;
        }

        var times = rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 5;
        var before = Process.GetCurrentProcess().PeakWorkingSet64;
        Console.WriteLine($"file {new FileInfo(path).Length / 1e6:F1} MB, process before {before / 1e6:F1} MB");
        for (var i = 0; i < times; i++)
        {
            var watch = Stopwatch.StartNew();
            var model = OnnxModel.Read(path);
            var read = watch.Elapsed.TotalSeconds;
            using var plan = InferencePlan.Compile(model.Network);
            model.Dispose();
            Console.WriteLine(
                $"read {read:F3} s, with the plan {watch.Elapsed.TotalSeconds:F3} s, peak above before "
                    + $"{(Process.GetCurrentProcess().PeakWorkingSet64 - before) / 1e6:F1} MB"
            );
        }

        return 0;
    }
}
