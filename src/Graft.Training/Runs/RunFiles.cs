using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Data;
using Graft.Learning;
using Graft.Learning.Fitting.Callbacks;
using Graft.Learning.Heads;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Weights;
using Graft.Weights.Csv;

namespace Graft.Training.Runs;

/// <summary>Writes the files of a run folder. Each file is written atomically.</summary>
internal static class RunFiles
{
    private const int ListedClasses = 5;

    // Relaxed escaping keeps file names and labels readable; the files are never embedded in HTML.
    /// <summary>The JSON settings of a run's files.</summary>
    public static RunJson Json { get; } =
        new(
            new JsonSerializerOptions(RunJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );

    public static void WriteBadImages(RunFolder folder, IReadOnlyList<BadImage> images) =>
        BadImageReport.Write(folder.BadImages, images);

    public static void WriteHistory(RunFolder folder, IReadOnlyList<EpochResult> history) =>
        HistoryFile.Write(folder.History, history);

    public static void WriteMetrics(
        RunFolder folder,
        SplitResults results,
        FittedModel model,
        ModelConfidence? confidence
    )
    {
        var calibration = confidence?.Sets is null
            ? null
            : new CalibrationSource(confidence.Temperature, confidence.Images, confidence.HoldOut);
        var file = new MetricsFile(
            results.Training.Metrics,
            results.Validation.Metrics,
            results.Test.Metrics,
            calibration,
            model.ValidationDecidedStopping,
            model.Epochs,
            model.L2,
            model.Search
        );
        AtomicFile.WriteText(folder.Metrics, JsonSerializer.Serialize(file, Json.MetricsFile) + "\n");
    }

    /// <summary>Writes path, class and projected features of each training image, which explain predictions.</summary>
    public static void WriteNeighbours(
        RunFolder folder,
        IReadOnlyList<string> classNames,
        FeatureSplits splits,
        WorkerPool workers
    )
    {
        var projected = FeatureSplits.Project(splits.AllTraining, workers);
        NeighbourFile.Write(
            folder.Neighbours,
            splits
                .ImagesOf(splits.AllTraining)
                .Select((image, i) => (image.Name, classNames[image.Label], projected[i]))
        );
    }

    /// <summary>
    /// Writes split, path, true class and loss of each image, then the likeliest classes with their probabilities.
    /// </summary>
    public static void WritePredictions(
        string path,
        IReadOnlyList<string> classNames,
        IReadOnlyList<SplitResult> results
    )
    {
        var listed = Math.Min(ListedClasses, classNames.Count);
        var header = new List<string> { "split", "path", "truth", "loss" };
        for (var i = 1; i <= listed; i++)
            header.AddRange([$"class{i}", $"probability{i}"]);
        CsvFile.Write(
            path,
            header,
            results.SelectMany(result =>
                result.Predictions.Select(prediction => Row(result.Split, prediction, classNames, listed))
            )
        );
    }

    /// <summary>Writes the confidence settings from the training without the calibration split.</summary>
    public static void WriteCalibration(RunFolder folder, ModelConfidence confidence) =>
        AtomicFile.WriteText(
            folder.Calibration,
            JsonSerializer.Serialize(confidence, RunJson.Default.ModelConfidence) + "\n"
        );

    /// <summary>Reads what <see cref="WriteCalibration"/> wrote; null if that training has not finished.</summary>
    /// <exception cref="RunException">The file is damaged.</exception>
    public static ModelConfidence? ReadCalibration(RunFolder folder)
    {
        if (!File.Exists(folder.Calibration))
            return null;
        try
        {
            using var stream = File.OpenRead(folder.Calibration);
            if (JsonSerializer.Deserialize(stream, RunJson.Default.ModelConfidence) is { IsValid: true } confidence)
                return confidence;
        }
        catch (JsonException error)
        {
            throw Damaged(error.Message, error);
        }

        throw Damaged("its numbers are out of range.", null);

        RunException Damaged(string what, Exception? cause) =>
            new(
                $"Reading '{folder.Calibration}' failed: the results for the calibration split were expected, but "
                    + $"{what} Delete it and resume: the first training is repeated.",
                cause
            );
    }

    /// <summary>Writes the report. It is the last file: a run with a report is finished.</summary>
    public static void WriteReport(RunFolder folder, TrainingReport report) =>
        AtomicFile.WriteText(folder.Report, JsonSerializer.Serialize(report, Json.TrainingReport) + "\n");

    /// <summary>Reads the report of a finished run; null if the run is not finished.</summary>
    /// <exception cref="RunException">The file is damaged.</exception>
    public static TrainingReport? ReadReport(RunFolder folder)
    {
        if (!File.Exists(folder.Report))
            return null;
        try
        {
            using var stream = File.OpenRead(folder.Report);
            return JsonSerializer.Deserialize(stream, Json.TrainingReport);
        }
        catch (JsonException error)
        {
            throw new RunException(
                $"Reading '{folder.Report}' failed: the report of a finished run was expected, but {error.Message} "
                    + $"The model beside it is not affected.",
                error
            );
        }
    }

    private static List<string> Row(
        string split,
        ImagePrediction prediction,
        IReadOnlyList<string> classNames,
        int listed
    )
    {
        List<string> row = [split, prediction.Name, classNames[prediction.Label], Text(prediction.Loss)];
        foreach (var index in prediction.Ranked.Take(listed))
            row.AddRange([classNames[index], Text(prediction.Probabilities[index])]);
        return row;
    }

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>The content of <c>metrics.json</c>.</summary>
/// <param name="Train">The metrics on the training images.</param>
/// <param name="Validation">The metrics on the validation images; null without any.</param>
/// <param name="Test">The metrics on the test images; null without any.</param>
/// <param name="Calibration">The source of temperature and thresholds; null if there are none.</param>
/// <param name="ValidationDecidedStopping">
/// Whether validation figures influenced the training and are optimistic.
/// </param>
/// <param name="Epochs">The number of epochs, or of iterations of the linear head's solver.</param>
/// <param name="L2">The linear head's L2 penalty.</param>
/// <param name="L2Search">The candidates for the penalty.</param>
internal sealed record MetricsFile(
    SplitMetrics? Train,
    SplitMetrics? Validation,
    SplitMetrics? Test,
    CalibrationSource? Calibration,
    bool ValidationDecidedStopping,
    int Epochs,
    double? L2,
    IReadOnlyList<L2Candidate> L2Search
);

/// <summary>The source of temperature and thresholds.</summary>
/// <param name="Temperature">The divisor of the logits.</param>
/// <param name="Images">The number of held-out training images.</param>
/// <param name="HoldOut">How they were held out.</param>
internal sealed record CalibrationSource(double Temperature, int Images, HoldOut HoldOut);
