using System.Diagnostics;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>A real process of the built program.</summary>
internal sealed class GraftProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private GraftProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The built program, of the configuration that the tests were built in.</summary>
    public static string Assembly { get; } =
        Path.Combine(
            RepositoryRoot.Path,
            "artifacts",
            "bin",
            "Graft.Cli",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
            "graft.dll"
        );

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="home">Its <c>GRAFT_HOME</c>; the user's own when null.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="variables">Environment variables of its own.</param>
    public static GraftProcess Start(
        IEnumerable<string> arguments,
        string? home = null,
        string? folder = null,
        params (string Name, string Value)[] variables
    )
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("GRAFT_DEBUG");
        if (home is not null)
            start.Environment["GRAFT_HOME"] = home;
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Runs the program to its end.</summary>
    public static GraftResult Run(
        IEnumerable<string> arguments,
        string? home = null,
        string? folder = null,
        params (string Name, string Value)[] variables
    )
    {
        using var process = Start(arguments, home, folder, variables);
        return process.WaitForEnd();
    }

    /// <summary>Waits for the end.</summary>
    public GraftResult WaitForEnd()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"graft did not end within {Patience}: {_error.Result}");
        }

        return new(_process.ExitCode, _output.Result, _error.Result);
    }

    public bool WaitForEnd(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Ends the process as SIGKILL does.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

/// <summary>What a run of the program left.</summary>
internal sealed record GraftResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output without the other, for a run that must have gone well.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {Error}");
        return Output;
    }
}
