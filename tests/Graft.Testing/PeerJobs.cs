using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Graft.Testing;

/// <summary>Has another program run models: inputs, outputs and descriptions are exchanged in a folder.</summary>
internal static class PeerJobs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Runs jobs, all in one process.</summary>
    /// <typeparam name="TAnswer">What the program says of a job in <c>answers.json</c>.</typeparam>
    /// <param name="title">What the program is called in messages.</param>
    /// <param name="inputs">The input of each job.</param>
    /// <param name="job">
    /// Describes a job for <c>jobs.json</c>: its number, and the paths of its input and output.
    /// </param>
    /// <param name="execute">Runs the program on a folder; gives its exit code and what it printed.</param>
    /// <returns>What the program says and the output's values, for each job.</returns>
    public static IReadOnlyList<(TAnswer Answer, float[] Values)> Run<TAnswer>(
        string title,
        IReadOnlyList<ReadOnlyMemory<float>> inputs,
        Func<int, string, string, object> job,
        Func<string, (int Code, string Text)> execute
    )
    {
        var folder = Directory.CreateTempSubdirectory("graft-peer-").FullName;
        try
        {
            for (var i = 0; i < inputs.Count; i++)
                File.WriteAllBytes(InputPath(i), MemoryMarshal.AsBytes(inputs[i].Span));
            File.WriteAllText(
                Path.Combine(folder, "jobs.json"),
                JsonSerializer.Serialize(inputs.Select((_, i) => job(i, InputPath(i), OutputPath(i))), Json)
            );
            var (code, text) = execute(folder);
            if (code != 0)
                throw new InvalidOperationException($"{title} failed: {text}");
            var answers = JsonSerializer.Deserialize<TAnswer[]>(
                File.ReadAllText(Path.Combine(folder, "answers.json")),
                Json
            )!;
            return
            [
                .. answers.Select(
                    (answer, i) => (answer, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(OutputPath(i))).ToArray())
                ),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string InputPath(int number) => Path.Combine(folder, $"input{number}.bin");
        string OutputPath(int number) => Path.Combine(folder, $"output{number}.bin");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">The folder that it runs in.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static (int Code, string Text) Execute(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"'{program} {string.Join(' ', start.ArgumentList)}' did not end within {Limit.TotalMinutes} minutes."
            );
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
