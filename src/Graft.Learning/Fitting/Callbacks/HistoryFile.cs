using System.Diagnostics;
using System.Globalization;
using Graft.Weights.Csv;

namespace Graft.Learning.Fitting.Callbacks;

/// <summary>Writes a table of the epochs, as comma-separated values, and updates it during training.</summary>
/// <param name="path">The path of the file, which is replaced atomically.</param>
public sealed class HistoryFile(string path) : TrainerCallback
{
    /// <summary>The shortest time between two writes during training.</summary>
    // Epochs of a small head take milliseconds; flushing a file to the disk takes longer.
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _sinceWritten = new();

    /// <summary>Writes a history.</summary>
    /// <param name="path">The path of the file, which is replaced atomically.</param>
    /// <param name="history">The epochs.</param>
    /// <exception cref="IOException">
    /// The file cannot be written; the message names the folder and the remedy.
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
