using Graft.Data.Hashing;
using Graft.Features;
using Graft.Models.Downloads;

namespace Graft.Training.Runs;

/// <summary>
/// Turns a run's progress into the progress that its parts report. Null stays null: then nothing is reported.
/// </summary>
/// <remarks>
/// Reports are passed on at once, on the thread that makes them; <see cref="Progress{T}"/> would post them to another
/// thread, in any order.
/// </remarks>
internal static class ProgressAdapters
{
    /// <summary>Passes on how far hashing is.</summary>
    public static IProgress<HashProgress>? ForHashing(this IProgress<RunProgress>? progress) =>
        progress.Adapt<HashProgress>(value =>
            new(RunPhase.Scan) { Features = new(FeaturePhase.Scan, value.Done, value.Total, 0, 0) }
        );

    /// <summary>Passes on how far a download is.</summary>
    public static IProgress<PullProgress>? ForPull(this IProgress<RunProgress>? progress) =>
        progress.Adapt<PullProgress>(value => new(RunPhase.Backbone) { Pull = value });

    /// <summary>Passes on how far features are.</summary>
    public static IProgress<FeatureProgress>? ForFeatures(this IProgress<RunProgress>? progress) =>
        progress.Adapt<FeatureProgress>(value =>
            new(value.Phase == FeaturePhase.Scan ? RunPhase.Scan : RunPhase.Features) { Features = value }
        );

    /// <summary>Passes on sentences for the user.</summary>
    /// <param name="progress">The run's progress.</param>
    /// <param name="phase">The phase that they are about.</param>
    public static IProgress<string>? ForNotices(this IProgress<RunProgress>? progress, RunPhase phase) =>
        progress.Adapt<string>(text => new(phase) { Notice = text });

    /// <summary>Passes on values of any kind.</summary>
    /// <param name="progress">The run's progress.</param>
    /// <param name="convert">Makes a report of a value.</param>
    public static IProgress<T>? Adapt<T>(this IProgress<RunProgress>? progress, Func<T, RunProgress> convert) =>
        progress is null ? null : new Adapter<T>(progress, convert);

    private sealed class Adapter<T>(IProgress<RunProgress> progress, Func<T, RunProgress> convert) : IProgress<T>
    {
        public void Report(T value) => progress.Report(convert(value));
    }
}
