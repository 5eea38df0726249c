using System.Runtime.InteropServices;

namespace Graft.Cli.Execution;

/// <summary>
/// Handles Ctrl+C and SIGTERM. The first signal cancels the work, which then stops cleanly; the second ends the process
/// at once. <see cref="Dispose"/> restores the default handling.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const string ShowCursor = "\u001b[?25h";

    private readonly TextWriter _error;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;
    private bool _isTerminated;

    /// <summary>Starts to handle signals.</summary>
    /// <param name="error">Receives the message that acknowledges the first signal.</param>
    public Interruption(TextWriter error)
    {
        _error = error;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the process: work that SIGTERM interrupted has a code of its own.</summary>
    /// <param name="code">The exit code of the work.</param>
    public int ExitCodeFor(int code) =>
        code == ExitCode.Interrupted && Volatile.Read(ref _isTerminated) ? ExitCode.Terminated : code;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) > 1)
        {
            // The progress display has hidden the cursor and will not run again to show it.
            if (!Console.IsErrorRedirected)
                _error.Write(ShowCursor);
            return;
        }

        context.Cancel = true;
        Volatile.Write(ref _isTerminated, context.Signal == PosixSignal.SIGTERM);
        if (context.Signal == PosixSignal.SIGINT && !Console.IsErrorRedirected)
            _error.WriteLine(" Stopping after the current batch; press Ctrl+C again to stop at once.");
        _source.Cancel();
    }
}
