using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Graft.Testing.OnnxRuntime;

/// <summary>
/// ONNX Runtime in a Node.js process. The first use on a machine installs it with npm under tests/onnxruntime, one process
/// at a time; tests that use it are slow ones.
/// </summary>
public static class OnnxRuntimePeer
{
    private static readonly TimeSpan InstallationLimit = TimeSpan.FromMinutes(15);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<string?> Missing = new(Install);

    /// <summary>Why it cannot be used on this machine, as a reason to skip a test; null when it can.</summary>
    public static string? WhyUnavailable => Missing.Value;

    private static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Graft.slnx")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Graft.slnx; run the tests from a clone.");
            return Path.Combine(folder.FullName, "tests", "onnxruntime");
        }
    }

    /// <summary>Runs models, all in one process.</summary>
    /// <param name="jobs">What to run.</param>
    /// <returns>One answer for each job.</returns>
    public static IReadOnlyList<OnnxRuntimeAnswer> Run(params IReadOnlyList<OnnxRuntimeJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var folder = Directory.CreateTempSubdirectory("graft-onnxruntime-").FullName;
        try
        {
            for (var i = 0; i < jobs.Count; i++)
                File.WriteAllBytes(InputPath(i), MemoryMarshal.AsBytes(jobs[i].Values.Span));
            var list = jobs.Select((job, i) => new { job.Model, Input = InputPath(i), job.Shape, Output = OutputPath(i) });
            File.WriteAllText(Path.Combine(folder, "jobs.json"), JsonSerializer.Serialize(list, Json));
            var (code, text) = Execute("node", "run.mjs", folder);
            if (code != 0)
                throw new InvalidOperationException($"ONNX Runtime failed: {text}");
            var answers = JsonSerializer.Deserialize<OnnxRuntimeAnswer[]>(File.ReadAllText(Path.Combine(folder, "answers.json")), Json)!;
            return [.. answers.Select((answer, i) => answer with { Values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(OutputPath(i))).ToArray() })];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string InputPath(int job) => Path.Combine(folder, $"input{job}.bin");
        string OutputPath(int job) => Path.Combine(folder, $"output{job}.bin");
    }

    private static string? Install()
    {
        var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        foreach (var program in (string[])["node", npm])
        {
            try
            {
                Execute(program, "--version");
            }
            catch (Win32Exception)
            {
                return $"ONNX Runtime needs Node.js and npm, and '{program}' was not found. Install Node.js 20 or later.";
            }
        }

        var wanted = File.ReadAllText(Path.Combine(Folder, "package-lock.json"));
        var installed = Path.Combine(Folder, "node_modules", ".installed");
        using (WaitForLock())
        {
            if (File.Exists(installed) && File.ReadAllText(installed) == wanted)
                return null;
            var (code, text) = Execute(npm, "ci");
            if (code != 0)
                throw new InvalidOperationException($"'npm ci' in {Folder} failed. Check that npm reaches its registry (npm ping). npm said: {text}");
            File.WriteAllText(installed, wanted);
            return null;
        }
    }

    /// <summary>Test projects run side by side in processes of their own.</summary>
    private static FileStream WaitForLock()
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Folder))!, "artifacts", "onnxruntime.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < InstallationLimit)
            {
                Thread.Sleep(200);
            }
        }
    }

    private static (int Code, string Text) Execute(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(InstallationLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', start.ArgumentList)}' did not end within {InstallationLimit.TotalMinutes} minutes.");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
