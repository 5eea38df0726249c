using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Classification.Confidence;
using Graft.Imaging;
using Graft.Weights;

namespace Graft.Classification;

/// <summary>What makes an ONNX file a Graft classifier: texts in the file's metadata.</summary>
public sealed record ClassifierMetadata(
    IReadOnlyList<string> ClassNames,
    Preprocessing Preprocessing,
    string FeatureNode,
    Provenance Provenance
)
{
    private const string FormatKey = "graft.format";
    private const string ClassesKey = "graft.classes";
    private const string PreprocessingKey = "graft.preprocessing";
    private const string FeatureNodeKey = "graft.features";
    private const string ProvenanceKey = "graft.provenance";
    private const string ConfidenceKey = "graft.confidence";
    private const string GoldenKey = "graft.golden";
    private const string CurrentFormat = "1";
    private const int MaximumSide = 16384;

    /// <summary>
    /// What the model knows of its own limits; null of models that were made by hand, without images held out, or
    /// before there was this.
    /// </summary>
    public ModelConfidence? Confidence { get; init; }

    /// <summary>
    /// What the network says of synthetic images; null of models that were made before there was this.
    /// </summary>
    public GoldenAnswers? Golden { get; init; }

    /// <summary>The texts of an ONNX file's metadata.</summary>
    public IReadOnlyDictionary<string, string> ToTexts()
    {
        var texts = new Dictionary<string, string>
        {
            [FormatKey] = CurrentFormat,
            [ClassesKey] = JsonSerializer.Serialize(ClassNames, ClassifierJson.Default.IReadOnlyListString),
            [PreprocessingKey] = JsonSerializer.Serialize(Preprocessing, ClassifierJson.Default.Preprocessing),
            [FeatureNodeKey] = FeatureNode,
            [ProvenanceKey] = JsonSerializer.Serialize(Provenance, ClassifierJson.Default.Provenance),
        };
        if (Confidence is not null)
            texts.Add(ConfidenceKey, JsonSerializer.Serialize(Confidence, ClassifierJson.Default.ModelConfidence));
        if (Golden is not null)
            texts.Add(GoldenKey, JsonSerializer.Serialize(Golden, ClassifierJson.Default.GoldenAnswers));
        return texts;
    }

    /// <summary>
    /// What goes with a trunk that is written alone: no classifier, but the preprocessing that it has inside.
    /// </summary>
    /// <param name="preprocessing">What is done to a picture.</param>
    /// <param name="featureNode">The node that gives the features.</param>
    public static IReadOnlyDictionary<string, string> TrunkTexts(Preprocessing preprocessing, string featureNode) =>
        new Dictionary<string, string>
        {
            [PreprocessingKey] = JsonSerializer.Serialize(preprocessing, ClassifierJson.Default.Preprocessing),
            [FeatureNodeKey] = featureNode,
        };

    /// <summary>What goes with a head that is written alone.</summary>
    /// <param name="classNames">The classes, in the order of its outputs.</param>
    public static IReadOnlyDictionary<string, string> HeadTexts(IReadOnlyList<string> classNames) =>
        new Dictionary<string, string>
        {
            [ClassesKey] = JsonSerializer.Serialize(classNames, ClassifierJson.Default.IReadOnlyListString),
        };

    /// <summary>
    /// Reads what a file's texts say of its trunk, be it alone or in a classifier; nulls where another program wrote
    /// the file.
    /// </summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="texts">Its metadata.</param>
    /// <exception cref="WeightsFormatException">What it says is damaged.</exception>
    public static (Preprocessing? Preprocessing, string? FeatureNode) ParseTrunk(
        string path,
        IReadOnlyDictionary<string, string> texts
    )
    {
        if (!texts.TryGetValue(PreprocessingKey, out var text))
            return (null, null);
        try
        {
            return (
                JsonSerializer.Deserialize(text, ClassifierJson.Default.Preprocessing),
                texts.GetValueOrDefault(FeatureNodeKey)
            );
        }
        catch (JsonException error)
        {
            throw new WeightsFormatException(
                "Reading the network",
                path,
                "its preprocessing in JSON",
                error.Message,
                "The file was altered: get it again from where it came.",
                error
            );
        }
    }

    /// <summary>Reads the texts of a file.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="texts">Its metadata.</param>
    /// <exception cref="WeightsFormatException">The file is no classifier, or a newer Graft's.</exception>
    public static ClassifierMetadata Parse(string path, IReadOnlyDictionary<string, string> texts)
    {
        if (!texts.TryGetValue(FormatKey, out var format))
            throw Wrong(path, $"metadata '{FormatKey}'", "none", "Name a model.onnx that 'graft train' wrote.");
        if (format != CurrentFormat)
            throw Wrong(
                path,
                $"format {CurrentFormat}",
                $"format {format}",
                "A newer version of Graft wrote it: update Graft."
            );
        try
        {
            var metadata = new ClassifierMetadata(
                JsonSerializer.Deserialize(Text(ClassesKey), ClassifierJson.Default.IReadOnlyListString)!,
                JsonSerializer.Deserialize(Text(PreprocessingKey), ClassifierJson.Default.Preprocessing)!,
                Text(FeatureNodeKey),
                JsonSerializer.Deserialize(Text(ProvenanceKey), ClassifierJson.Default.Provenance)!
            )
            {
                Confidence = texts.TryGetValue(ConfidenceKey, out var confidence)
                    ? JsonSerializer.Deserialize(confidence, ClassifierJson.Default.ModelConfidence)
                    : null,
                Golden = texts.TryGetValue(GoldenKey, out var golden)
                    ? JsonSerializer.Deserialize(golden, ClassifierJson.Default.GoldenAnswers)
                    : null,
            };
            if (
                metadata.ClassNames is not { Count: > 0 }
                || metadata.Preprocessing is null
                || metadata.Provenance is null
            )
                throw Wrong(
                    path,
                    "class names, preprocessing and provenance",
                    "an empty one",
                    "Train the model again."
                );
            if (
                metadata.ClassNames.Any(string.IsNullOrEmpty)
                || metadata.ClassNames.Distinct(StringComparer.Ordinal).Count() < metadata.ClassNames.Count
            )
                throw Wrong(
                    path,
                    "class names that differ",
                    "an empty or a repeated one",
                    "The file was altered: train the model again."
                );
            if (metadata.Preprocessing.ShorterSide is < 1 or > MaximumSide)
                throw Wrong(
                    path,
                    $"a shorter side of 1 to {MaximumSide} pixels",
                    $"{metadata.Preprocessing.ShorterSide}",
                    "The file was altered: train the model again."
                );
            if (metadata.Confidence?.IsValid == false)
                throw Wrong(
                    path,
                    "a temperature above 0, and thresholds that rise",
                    "others",
                    "The file was altered: train the model again."
                );
            if (metadata.Golden?.Fit(metadata.ClassNames.Count) == false)
                throw Wrong(
                    path,
                    $"golden images with {metadata.ClassNames.Count} probabilities each",
                    "others",
                    "The file was altered: train the model again."
                );
            return metadata;
        }
        catch (JsonException error)
        {
            throw new WeightsFormatException(
                "Reading the classifier",
                path,
                "metadata in JSON",
                error.Message,
                "The file was altered: train the model again.",
                error
            );
        }

        string Text(string key) =>
            texts.TryGetValue(key, out var text)
                ? text
                : throw Wrong(path, $"metadata '{key}'", "none", "The file was altered: train the model again.");
    }

    private static WeightsFormatException Wrong(string path, string expected, string found, string remedy) =>
        new("Reading the classifier", path, expected, found, remedy);
}

/// <summary>How metadata is written: the same bytes for the same values.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(Preprocessing))]
[JsonSerializable(typeof(Provenance))]
[JsonSerializable(typeof(ModelConfidence))]
[JsonSerializable(typeof(GoldenAnswers))]
internal sealed partial class ClassifierJson : JsonSerializerContext;
