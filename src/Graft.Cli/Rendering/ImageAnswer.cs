using System.Text.Json.Serialization;

namespace Graft.Cli.Rendering;

/// <summary>What <c>predict --json</c> says of one image: predictions, or why there are none.</summary>
/// <param name="Path">The image, as it was named.</param>
/// <param name="Predictions">The likeliest classes, the likeliest first.</param>
/// <param name="Error">What is wrong with the image.</param>
internal sealed record ImageAnswer(
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LabelProbability>? Predictions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);

/// <summary>A class and how likely it is.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">From 0 to 1.</param>
internal sealed record LabelProbability(string Label, float Probability);
