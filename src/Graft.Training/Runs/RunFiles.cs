using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Training.Datasets;
using Graft.Training.Fitting;
using Graft.Training.Fitting.Callbacks;
using Graft.Training.Heads;
using Graft.Weights;

namespace Graft.Training.Runs;

/// <summary>Writes the files of a run folder, each whole or not at all.</summary>
internal static class RunFiles
{
    private const int ListedClasses = 5;

    /// <summary>File names and labels stay readable: the files are never embedded in HTML.</summary>
    private static readonly RunJson Json = new(new JsonSerializerOptions(RunJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static void WriteArguments(RunFolder folder, TrainingRequest request) =>
        AtomicFile.WriteText(folder.Arguments, JsonSerializer.Serialize(new ArgumentsFile(GraftVersion.Current, request.Head.ToString(), request), Json.ArgumentsFile) + "\n");

    public static void WriteBadImages(RunFolder folder, IReadOnlyList<BadImage> images) => BadImageReport.Write(folder.BadImages, images);

    public static void WriteHistory(RunFolder folder, IReadOnlyList<EpochResult> history) => HistoryFile.Write(folder.History, history);

    public static void WriteMetrics(RunFolder folder, IReadOnlyList<SplitResult> results, FittedHead head)
    {
        var file = new MetricsFile(results[0].Metrics, results[1].Metrics, results[2].Metrics, head.Epochs, head.L2, head.Search);
        AtomicFile.WriteText(folder.Metrics, JsonSerializer.Serialize(file, Json.MetricsFile) + "\n");
    }

    /// <summary>Split, path, true class and loss of each image, then the likeliest classes with their probabilities.</summary>
    public static void WritePredictions(RunFolder folder, IReadOnlyList<string> classNames, IReadOnlyList<SplitResult> results)
    {
        var listed = Math.Min(ListedClasses, classNames.Count);
        var header = new List<string> { "split", "path", "truth", "loss" };
        for (var i = 1; i <= listed; i++)
            header.AddRange([$"class{i}", $"probability{i}"]);
        CsvFile.Write(folder.Predictions, header, results.SelectMany(result => result.Predictions.Select(prediction => Row(result.Split, prediction, classNames, listed))));
    }

    private static List<string> Row(string split, ImagePrediction prediction, IReadOnlyList<string> classNames, int listed)
    {
        var probabilities = prediction.Probabilities;
        List<string> row = [split, prediction.Name, classNames[prediction.Label], Text(-Math.Log(Math.Max(1e-15, probabilities[prediction.Label])))];
        foreach (var index in Enumerable.Range(0, probabilities.Length).OrderByDescending(index => probabilities[index]).Take(listed))
            row.AddRange([classNames[index], Text(probabilities[index])]);
        return row;
    }

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>What <c>arguments.json</c> holds.</summary>
/// <param name="Graft">The version.</param>
/// <param name="HeadText">The head as on the command line.</param>
/// <param name="Request">The rest.</param>
internal sealed record ArgumentsFile(string Graft, string HeadText, TrainingRequest Request);

/// <summary>What <c>metrics.json</c> holds.</summary>
internal sealed record MetricsFile(SplitMetrics? Train, SplitMetrics? Validation, SplitMetrics? Test, int Epochs, double? L2, IReadOnlyList<L2Candidate> L2Search);

/// <summary>How the files of a run are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(ArgumentsFile))]
[JsonSerializable(typeof(MetricsFile))]
internal sealed partial class RunJson : JsonSerializerContext;
