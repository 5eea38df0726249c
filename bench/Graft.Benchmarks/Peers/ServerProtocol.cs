using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Graft.Tensors;

namespace Graft.Benchmarks.Peers;

/// <summary>Graft's side of the protocol of the servers.</summary>
internal static class ServerProtocol
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Announces the server and answers until its input ends.</summary>
    /// <param name="loadSeconds">Seconds from the start of loading to the first answer.</param>
    /// <param name="work">What is timed.</param>
    public static void Serve(double loadSeconds, Action work)
    {
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    name = "Graft",
                    version = typeof(Tensor).Assembly.GetName().Version!.ToString(3),
                    loadSeconds,
                }
            )
        );
        while (Console.ReadLine()?.Split(' ') is [var command, .. var counts])
        {
            if (command == "memory")
            {
                using var process = Process.GetCurrentProcess();
                Answer([process.PeakWorkingSet64 / Mebibyte, process.WorkingSet64 / Mebibyte]);
                continue;
            }

            Answer(Enumerable.Range(0, int.Parse(counts[0], CultureInfo.InvariantCulture)).Select(_ => Time(work)));
        }
    }

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Answer(IEnumerable<double> values) =>
        Console.WriteLine(string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
}
