using System.Text.Json.Serialization;
using Graft.Classification;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>predict --json</c> for one image: predictions, or an error.</summary>
/// <param name="Path">The path of the image, as the user named it.</param>
/// <param name="Predictions">The likeliest classes, the likeliest first.</param>
/// <param name="Error">The error, if the image could not be read.</param>
internal sealed record ImageAnswer(
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<LabelProbability>? Predictions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error
)
{
    /// <summary>Whether the image shows none of the classes; null without an unknown detector.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Unknown { get; init; }

    /// <summary>
    /// The share of images of the known classes that are at least as far from the training images, 0 to 1; null
    /// without an unknown detector.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Familiarity { get; init; }

    /// <summary>The prediction set; null unless <c>--coverage</c> was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Set { get; init; }

    /// <summary>The most similar training images; null unless <c>--explain</c> was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Neighbour>? Nearest { get; init; }

    /// <summary>
    /// The most similar training images of the second likeliest class; null unless <c>--explain</c> was given.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Neighbour>? NearestOfRunnerUp { get; init; }
}

/// <summary>A class and its probability.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">The probability, 0 to 1.</param>
internal sealed record LabelProbability(string Label, float Probability);
