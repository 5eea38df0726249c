using System.Text.Json.Serialization;
using Graft.Classification;

namespace Graft.Cli.Rendering;

/// <summary>What <c>predict --json</c> says of one image: predictions, or why there are none.</summary>
/// <param name="Path">The image, as it was named.</param>
/// <param name="Predictions">The likeliest classes, the likeliest first.</param>
/// <param name="Error">What is wrong with the image.</param>
internal sealed record ImageAnswer(
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<LabelProbability>? Predictions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error
)
{
    /// <summary>Whether it is of something else than the classes; nothing of a model that cannot tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Unknown { get; init; }

    /// <summary>The share of photos of the classes that are at least as unlike the training photos.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Familiarity { get; init; }

    /// <summary>The classes that it may be, where a coverage was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Set { get; init; }

    /// <summary>The training photos that are most like it, where that was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Neighbour>? Nearest { get; init; }

    /// <summary>Those of the second likeliest class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Neighbour>? NearestOfRunnerUp { get; init; }
}

/// <summary>A class and how likely it is.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">From 0 to 1.</param>
internal sealed record LabelProbability(string Label, float Probability);
