using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Graft.Classification;
using Graft.Features.Backbones;
using Graft.Models;
using Graft.Training.DataChecks;
using Graft.Training.Planning;
using Graft.Training.Runs;

namespace Graft.Cli.Rendering;

/// <summary>Prints the single document of <c>--json</c>.</summary>
internal static class JsonOutput
{
    // Relaxed escaping keeps paths and labels readable. It is safe: the document is never embedded in HTML.
    private static readonly CliJson Json = new(
        new JsonSerializerOptions(CliJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <summary>Prints a document.</summary>
    /// <param name="terminal">Receives the document.</param>
    /// <param name="value">The document.</param>
    /// <param name="type">Selects the type information.</param>
    public static void Print<T>(Terminal terminal, T value, Func<CliJson, JsonTypeInfo<T>> type) =>
        terminal.Output.WriteLine(JsonSerializer.Serialize(value, type(Json)));
}

/// <summary>The generated serialisation code, which starts faster than reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(TrainingReport))]
[JsonSerializable(typeof(IReadOnlyList<ImageAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<ArchitectureDescription>))]
[JsonSerializable(typeof(ModelInfo))]
[JsonSerializable(typeof(BackboneDescription))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(ModelChange))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(ComparisonReport))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(FeatureExportReport))]
[JsonSerializable(typeof(FeatureStoreStatus))]
[JsonSerializable(typeof(FeaturePruning))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(AugmentationPreviewReport))]
[JsonSerializable(typeof(DataCheckReport))]
[JsonSerializable(typeof(DataSplitReport))]
[JsonSerializable(typeof(PlanningReport))]
internal sealed partial class CliJson : JsonSerializerContext;
