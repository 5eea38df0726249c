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

/// <summary>Writes the files of a run folder, each whole or not at all.</summary>
internal static class RunFiles
{
    private const int ListedClasses = 5;

    /// <summary>File names and labels stay readable: the files are never embedded in HTML.</summary>
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

    /// <summary>Path, class and features of each training photo, by which predictions are explained.</summary>
    public static void WriteNeighbours(
        RunFolder folder,
        IReadOnlyList<string> classNames,
        FeatureSplits splits,
        WorkerPool workers
    )
    {
        var sketches = FeatureSplits.Project(splits.AllTraining, workers);
        NeighbourFile.Write(
            folder.Neighbours,
            splits.ImagesOf(splits.AllTraining).Select((image, i) => (image.Name, classNames[image.Label], sketches[i]))
        );
    }

    /// <summary>
    /// Split, path, true class and loss of each image, then the likeliest classes with their probabilities.
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

    /// <summary>Writes what a first training said of the images that were kept aside from it.</summary>
    public static void WriteCalibration(RunFolder folder, ModelConfidence confidence) =>
        AtomicFile.WriteText(
            folder.Calibration,
            JsonSerializer.Serialize(confidence, RunJson.Default.ModelConfidence) + "\n"
        );

    /// <summary>Reads what <see cref="WriteCalibration"/> wrote; null where that training has not ended.</summary>
    /// <exception cref="RunException">It is damaged.</exception>
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
                $"Reading '{folder.Calibration}' failed: what was said of the images that were kept aside was "
                    + $"expected, but {what} Delete it and resume: the first training is done again.",
                cause
            );
    }

    /// <summary>Writes the report: the last file, whose presence says that the run is finished.</summary>
    public static void WriteReport(RunFolder folder, TrainingReport report) =>
        AtomicFile.WriteText(folder.Report, JsonSerializer.Serialize(report, Json.TrainingReport) + "\n");

    /// <summary>The report of a finished run; null of one that is not finished.</summary>
    /// <exception cref="RunException">It is damaged.</exception>
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

/// <summary>What <c>metrics.json</c> holds.</summary>
/// <param name="Train">The images that were learned from.</param>
/// <param name="Validation">The validation images; null without any.</param>
/// <param name="Test">The test images; null without any.</param>
/// <param name="Calibration">What temperature and thresholds were set with; null where none were.</param>
/// <param name="ValidationDecidedStopping">Whether validation figures flatter.</param>
/// <param name="Epochs">Epochs, or iterations of the linear head's solver.</param>
/// <param name="L2">The linear head's penalty.</param>
/// <param name="L2Search">What it was chosen from.</param>
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

/// <summary>What temperature and thresholds were set with.</summary>
/// <param name="Temperature">What logits are divided by.</param>
/// <param name="Images">How many training images were held out.</param>
/// <param name="HoldOut">How.</param>
internal sealed record CalibrationSource(double Temperature, int Images, HoldOut HoldOut);
