using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Classification.Confidence;
using Graft.Imaging;
using Graft.Weights;

namespace Graft.Classification;

/// <summary>The metadata that makes an ONNX file a Graft classifier.</summary>
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
    /// The calibration of the model's confidence; null for models built by hand, trained without held-out images, or
    /// written by an older version.
    /// </summary>
    public ModelConfidence? Confidence { get; init; }

    /// <summary>The network's outputs for the golden images; null for models written by an older version.</summary>
    public GoldenAnswers? Golden { get; init; }

    /// <summary>Converts the metadata to the key-value pairs of an ONNX file.</summary>
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

    /// <summary>The metadata of an exported trunk: its preprocessing and its feature node.</summary>
    /// <param name="preprocessing">The preprocessing of images.</param>
    /// <param name="featureNode">The node whose output is the features.</param>
    public static IReadOnlyDictionary<string, string> TrunkTexts(Preprocessing preprocessing, string featureNode) =>
        new Dictionary<string, string>
        {
            [PreprocessingKey] = JsonSerializer.Serialize(preprocessing, ClassifierJson.Default.Preprocessing),
            [FeatureNodeKey] = featureNode,
        };

    /// <summary>The metadata of an exported head.</summary>
    /// <param name="classNames">The classes, in the order of the head's outputs.</param>
    public static IReadOnlyDictionary<string, string> HeadTexts(IReadOnlyList<string> classNames) =>
        new Dictionary<string, string>
        {
            [ClassesKey] = JsonSerializer.Serialize(classNames, ClassifierJson.Default.IReadOnlyListString),
        };

    /// <summary>
    /// Parses the metadata of a trunk, exported alone or within a classifier. Returns nulls if another program wrote
    /// the file.
    /// </summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="texts">Its metadata.</param>
    /// <exception cref="WeightsFormatException">The metadata is damaged.</exception>
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
                "The file was altered: get it again from its source.",
                error
            );
        }
    }

    /// <summary>Parses the metadata of a classifier.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="texts">Its metadata.</param>
    /// <exception cref="WeightsFormatException">
    /// The file is not a classifier, or was written by a newer version of Graft.
    /// </exception>
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
                    "at least one is empty",
                    "Train the model again."
                );
            if (
                metadata.ClassNames.Any(string.IsNullOrEmpty)
                || metadata.ClassNames.Distinct(StringComparer.Ordinal).Count() < metadata.ClassNames.Count
            )
                throw Wrong(
                    path,
                    "distinct class names that are not empty",
                    "an empty or repeated name",
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
                    "a temperature above 0, and scores in ascending order",
                    "invalid values",
                    "The file was altered: train the model again."
                );
            if (metadata.Golden?.Fit(metadata.ClassNames.Count) == false)
                throw Wrong(
                    path,
                    $"golden images with {metadata.ClassNames.Count} probabilities each",
                    "a different number",
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

/// <summary>The JSON serialisation of metadata. Deterministic: equal values give equal bytes.</summary>
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
