using Graft.Data;
using Graft.Features;
using Graft.Models.Downloads;

namespace Graft.Training.Runs;

/// <summary>
/// Adapts a run's progress to the progress types of its parts. Null stays null, and nothing is reported.
/// </summary>
/// <remarks>
/// Reports are forwarded synchronously on the reporting thread. <see cref="Progress{T}"/> would post them to another
/// thread in any order.
/// </remarks>
internal static class ProgressAdapters
{
    /// <summary>Forwards the progress of hashing.</summary>
    public static IProgress<HashProgress>? ForHashing(this IProgress<RunProgress>? progress) =>
        progress.Adapt<HashProgress>(value =>
            new(RunPhase.Scan) { Features = new(FeaturePhase.Scan, value.Done, value.Total, 0, 0) }
        );

    /// <summary>Forwards the progress of a download.</summary>
    public static IProgress<PullProgress>? ForPull(this IProgress<RunProgress>? progress) =>
        progress.Adapt<PullProgress>(value => new(RunPhase.Backbone) { Pull = value });

    /// <summary>Forwards the progress of feature extraction.</summary>
    public static IProgress<FeatureProgress>? ForFeatures(this IProgress<RunProgress>? progress) =>
        progress.Adapt<FeatureProgress>(value =>
            new(value.Phase == FeaturePhase.Scan ? RunPhase.Scan : RunPhase.Features) { Features = value }
        );

    /// <summary>Forwards notices for the user.</summary>
    /// <param name="progress">The run's progress.</param>
    /// <param name="phase">The phase that the notices belong to.</param>
    public static IProgress<string>? ForNotices(this IProgress<RunProgress>? progress, RunPhase phase) =>
        progress.Adapt<string>(text => new(phase) { Notice = text });

    /// <summary>Forwards values of any type.</summary>
    /// <param name="progress">The run's progress.</param>
    /// <param name="convert">Converts a value to a report.</param>
    public static IProgress<T>? Adapt<T>(this IProgress<RunProgress>? progress, Func<T, RunProgress> convert) =>
        progress is null ? null : new Adapter<T>(progress, convert);

    private sealed class Adapter<T>(IProgress<RunProgress> progress, Func<T, RunProgress> convert) : IProgress<T>
    {
        public void Report(T value) => progress.Report(convert(value));
    }
}
