namespace Graft.Cli.Execution;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>Success.</summary>
    public const int Done = 0;

    /// <summary>The work failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; no work was done.</summary>
    public const int WrongCommandLine = 2;

    /// <summary>Interrupted by Ctrl+C; completed work is kept.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM; completed work is kept.</summary>
    public const int Terminated = 143;
}
