using System.Runtime.InteropServices;

namespace Graft.Testing.OnnxRuntime;

/// <summary>ONNX Runtime in a process of its own: the program Graft.OnnxRuntimePeer, which is built with the tests.</summary>
public static class OnnxRuntimePeer
{
    private static string Program
    {
        get
        {
            // artifacts/bin/PROJECT/CONFIGURATION/
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(
                folder.Parent!.Parent!.FullName,
                "Graft.OnnxRuntimePeer",
                folder.Name,
                "Graft.OnnxRuntimePeer.dll"
            );
        }
    }

    /// <summary>Why it cannot be used on this machine, as a reason to skip a test; null when it can.</summary>
    public static string? WhyUnavailable =>
        RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
            ? "ONNX Runtime's package has no library for musl."
            : null;

    /// <summary>Runs models, all in one process.</summary>
    /// <param name="jobs">What to run.</param>
    /// <returns>One answer for each job.</returns>
    public static IReadOnlyList<OnnxRuntimeAnswer> Run(params IReadOnlyList<OnnxRuntimeJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var answers = PeerJobs.Run<OnnxRuntimeAnswer>(
            "ONNX Runtime",
            [.. jobs.Select(job => job.Values)],
            (i, input, output) =>
                new
                {
                    jobs[i].Model,
                    Input = input,
                    jobs[i].Shape,
                    Output = output,
                },
            folder => PeerJobs.Execute(folder, "dotnet", ["exec", Program, "run", folder])
        );
        return [.. answers.Select(pair => pair.Answer with { Values = pair.Values })];
    }
}
