using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Graft.Benchmarks.Peers;

/// <summary>A program that has one network loaded and runs it when told, and rests otherwise.</summary>
internal sealed class PeerProcess : IDisposable
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    /// <summary>Starts the program and waits until it has answered once.</summary>
    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its arguments.</param>
    public PeerProcess(string program, IEnumerable<string> arguments)
    {
        _process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true }
        ) ?? throw new InvalidOperationException($"'{program}' did not start.");
        using var ready = JsonDocument.Parse(Line());
        Name = ready.RootElement.GetProperty("name").GetString()!;
        Version = ready.RootElement.GetProperty("version").GetString()!;
        LoadSeconds = ready.RootElement.GetProperty("loadSeconds").GetDouble();
    }

    public string Name { get; }

    public string Version { get; }

    /// <summary>Seconds from the start of loading to the first answer.</summary>
    public double LoadSeconds { get; }

    /// <summary>Processor time it has used so far.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Runs the batch a number of times.</summary>
    /// <returns>Seconds of each run, as the program measured them.</returns>
    public double[] Run(int count) => Ask($"run {count}");

    /// <summary>The most memory it had in use, and what it has now, in MiB.</summary>
    public (double Peak, double Now) Memory() =>
        Ask("memory") is [var peak, var now]
            ? (peak, now)
            : throw new InvalidDataException($"{Name} did not tell its memory.");

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(ExitLimit))
            _process.Kill();
        _process.Dispose();
    }

    private double[] Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return [.. Line().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    private string Line() =>
        _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException(
            $"'{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList.Take(2))}' ended "
                + $"before it answered; what it wrote to standard error says why."
        );
}
