using System.Diagnostics;
using System.Globalization;
using Graft.Cli.Rendering;
using Graft.Features;
using Graft.Learning;
using Graft.Learning.Fitting;
using Graft.Models.Downloads;
using Graft.Training.Benchmarking;
using Graft.Training.Runs;

namespace Graft.Cli.Progress;

/// <summary>Converts the library's progress reports into phases for a display.</summary>
/// <param name="display">Shows the phases.</param>
internal sealed class WorkProgress(IProgressDisplay display)
    : IProgress<RunProgress>,
        IProgress<PullProgress>,
        IProgress<FeatureProgress>,
        IProgress<BenchmarkProgress>
{
    private readonly Stopwatch _clock = new();
    private PhaseStatus? _current;

    /// <summary>Runs work and shows its progress: bars on a terminal, otherwise lines.</summary>
    /// <param name="terminal">Receives the progress.</param>
    /// <param name="work">The work; reports its progress to its argument.</param>
    public static T Run<T>(Terminal terminal, Func<WorkProgress, T> work)
    {
        return terminal.ErrorIsTerminal && terminal.Progress.Profile.Capabilities.Ansi
            ? LiveProgress.Run(terminal.Progress, Observe)
            : Observe(new PlainProgress(terminal.Error));

        T Observe(IProgressDisplay display)
        {
            var progress = new WorkProgress(display);
            var result = work(progress);
            progress.End();
            return result;
        }
    }

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        if (value.Notice is { } notice)
            display.Line($"graft: warning: {notice}");
        else if (value.Pull is { } pull)
            Report(pull);
        else if (value.Features is { } features)
            Report(features);
        else if (value.Epoch is { } epoch)
            display.Line(value.Phase == RunPhase.Calibration ? $"Calibrate: {EpochLine(epoch)}" : EpochLine(epoch));
        else if (value.Batch is { } batch)
            Report(batch, value.Phase == RunPhase.Calibration ? Name(value.Phase) : "train");
        else
            Enter(Name(value.Phase), 0, 0, false, null);
    }

    /// <inheritdoc/>
    public void Report(PullProgress value) => Enter(Name(value.Phase), value.Bytes, value.TotalBytes, true, null);

    /// <inheritdoc/>
    public void Report(FeatureProgress value)
    {
        var notes = new List<string>();
        if (value.Reused > 0)
            notes.Add($"{Format.Count(value.Reused)} reused");
        if (value.Bad > 0)
            notes.Add($"{Format.Count(value.Bad)} bad");
        Enter(
            value.Phase == FeaturePhase.Scan ? "scan" : "features",
            value.Done,
            value.Total,
            false,
            notes.Count > 0 ? string.Join(", ", notes) : null
        );
    }

    /// <summary>Reports a batch. All epochs are one phase, because epochs of a small head are very short.</summary>
    private void Report(TrainingProgress value, string name) =>
        Enter(
            name,
            ((value.Epoch - 1L) * value.BatchCount) + value.Batch,
            (long)value.Epochs * value.BatchCount,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {value.Epoch}/{value.Epochs}, loss {value.Loss:0.0000}"
            ),
            "step"
        );

    /// <inheritdoc/>
    public void Report(BenchmarkProgress value) =>
        Enter(Name(value.Phase), 0, 0, false, value.Rounds > 0 ? $"{value.Round} of {value.Rounds}" : null);

    /// <summary>Reports a phase that the library does not report itself.</summary>
    /// <param name="name">The phase's name.</param>
    /// <param name="done">The number of images done.</param>
    /// <param name="total">The number of all images.</param>
    public void Count(string name, int done, int total) => Enter(name, done, total, false, null);

    /// <summary>Writes a line.</summary>
    /// <param name="text">The line.</param>
    public void Line(string text) => display.Line(text);

    /// <summary>Formats the results of an epoch as Keras does.</summary>
    internal static string EpochLine(EpochResult epoch)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {epoch.Epoch}/{epoch.Epochs} - {epoch.Duration.TotalSeconds:0.0}s - loss: {epoch.Loss:0.0000} - "
                + $"accuracy: {epoch.Accuracy:0.0000}"
        );
        return epoch.ValidationLoss is { } loss
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{line} - val_loss: {loss:0.0000} - val_accuracy: {epoch.ValidationAccuracy:0.0000}"
            )
            : line;
    }

    private void End()
    {
        if (_current is not null)
            display.End(_current with { Elapsed = _clock.Elapsed });
        _current = null;
    }

    private void Enter(string name, long done, long total, bool isBytes, string? note, string unit = "image")
    {
        if (_current?.Name != name)
        {
            End();
            _clock.Restart();
        }

        _current = new(name, done, total, isBytes, _clock.Elapsed, note, unit);
        display.Update(_current);
    }

    private static string Name(RunPhase phase) =>
        phase switch
        {
            RunPhase.Scan => "list files",
            RunPhase.Backbone => "backbone",
            RunPhase.Features => "features",
            RunPhase.Calibration => "calibrate",
            RunPhase.Head => "head",
            RunPhase.LearningRate => "learning rate",
            _ => "evaluate",
        };

    private static string Name(BenchmarkPhase phase) =>
        phase switch
        {
            BenchmarkPhase.Peak => "measure peak",
            BenchmarkPhase.Build => "build network",
            BenchmarkPhase.WarmUp => "warm up",
            BenchmarkPhase.Rounds => "rounds",
            _ => "time layers",
        };

    private static string Name(PullPhase phase) =>
        phase switch
        {
            PullPhase.Wait => "wait for another download",
            PullPhase.Download => "download",
            PullPhase.Verify => "verify",
            PullPhase.Unpack => "unpack",
            _ => "convert",
        };
}
