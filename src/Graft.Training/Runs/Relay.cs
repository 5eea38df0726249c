namespace Graft.Training.Runs;

/// <summary>
/// Hands progress on at once, on the thread that reports it (<see cref="Progress{T}"/> would post it elsewhere, in any
/// order).
/// </summary>
/// <param name="report">What is done with a report.</param>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
