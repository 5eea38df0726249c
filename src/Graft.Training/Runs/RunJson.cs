using System.Text.Json.Serialization;
using Graft.Classification.Confidence;

namespace Graft.Training.Runs;

/// <summary>The JSON serialisation of a run's files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(ArgumentsFile))]
[JsonSerializable(typeof(MetricsFile))]
[JsonSerializable(typeof(ModelConfidence))]
[JsonSerializable(typeof(TrainingReport))]
internal sealed partial class RunJson : JsonSerializerContext;
