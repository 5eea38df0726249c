using System.Runtime.InteropServices;

namespace Graft.Cli.Execution;

/// <summary>
/// Ctrl+C and requests to end the process: the first one asks the work to stop cleanly, the second one ends the process
/// at once, whatever it is doing. Disposing gives the signals back to the runtime.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const string ShowCursor = "\u001b[?25h";

    private readonly TextWriter _error;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    /// <summary>Begins to listen.</summary>
    /// <param name="error">Where the user is told that the first signal was heard.</param>
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
            // A progress display hides the cursor, and has no chance to show it again.
            if (!Console.IsErrorRedirected)
                _error.Write(ShowCursor);
            return;
        }

        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && !Console.IsErrorRedirected)
            _error.WriteLine(" Stopping after what is in flight; Ctrl+C again stops at once.");
        _source.Cancel();
    }
}
