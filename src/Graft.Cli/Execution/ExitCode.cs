namespace Graft.Cli.Execution;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The work failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was done.</summary>
    public const int WrongCommandLine = 2;

    /// <summary>Interrupted with Ctrl+C or a request to end; what was computed is kept.</summary>
    public const int Interrupted = 130;
}
