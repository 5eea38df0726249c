using System.Diagnostics;
using System.Globalization;
using Graft.Weights.Csv;

namespace Graft.Learning.Fitting.Callbacks;

/// <summary>Keeps a table of the epochs, as comma-separated values, up to date while training goes on.</summary>
/// <param name="path">Where the file goes; replaced whole or not at all.</param>
public sealed class HistoryFile(string path) : TrainerCallback
{
    /// <summary>Epochs of a small head take milliseconds, flushing a file to the disk takes more.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceWritten = new();

    /// <summary>Writes a history.</summary>
    /// <param name="path">Where the file goes; replaced whole or not at all.</param>
    /// <param name="history">The epochs.</param>
    /// <exception cref="IOException">
    /// The file cannot be written; the message names the folder and what to do.
    /// </exception>
    public static void Write(string path, IReadOnlyList<EpochResult> history) =>
        CsvFile.Write(
            path,
            ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"],
            history.Select(
                IReadOnlyList<string> (epoch) =>
                    [
                        Text(epoch.Epoch),
                        Text(epoch.Loss),
                        Text(epoch.Accuracy),
                        Text(epoch.ValidationLoss),
                        Text(epoch.ValidationAccuracy),
                        epoch.LearningRate.ToString("G6", CultureInfo.InvariantCulture),
                        Text(epoch.Duration.TotalSeconds),
                    ]
            )
        );

    /// <inheritdoc/>
    public override bool OnlyLooksOn => true;

    /// <inheritdoc/>
    public override void EpochEnded(TrainingSession session, EpochResult result)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_sinceWritten.IsRunning && _sinceWritten.Elapsed < LeastInterval)
            return;
        Write(path, [.. session.History, result]);
        _sinceWritten.Restart();
    }

    /// <inheritdoc/>
    public override void TrainingEnded(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Write(path, session.History);
    }

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
