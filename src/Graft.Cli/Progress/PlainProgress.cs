using Graft.Cli.Rendering;

namespace Graft.Cli.Progress;

/// <summary>
/// Shows progress as plain lines, for files and logs: one every few seconds, and one at the end of a phase.
/// </summary>
/// <param name="writer">Receives the lines.</param>
internal sealed class PlainProgress(TextWriter writer) : IProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>An uncounted phase shorter than this has no line.</summary>
    private static readonly TimeSpan ShortestShown = TimeSpan.FromSeconds(1);

    private TimeSpan _last;

    public void Update(PhaseStatus status)
    {
        if (status.Elapsed < _last)
            _last = TimeSpan.Zero;
        if (status.Elapsed - _last < Interval)
            return;
        _last = status.Elapsed;
        writer.WriteLine(
            status.Amounts() is { Length: > 0 } amounts
                ? $"{status.Name}: {amounts}"
                : $"{status.Name}: {Format.Remaining(status.Elapsed)}"
        );
    }

    public void End(PhaseStatus status)
    {
        _last = TimeSpan.Zero;
        if (status.Done == 0 && status.Elapsed < ShortestShown)
            return;
        var amounts = status.Amounts();
        writer.WriteLine(
            $"{status.Name}: {(amounts.Length > 0 ? amounts + ", " : "")}{Format.Seconds(status.Elapsed.TotalSeconds)}"
        );
    }

    public void Line(string text) => writer.WriteLine(text);
}
