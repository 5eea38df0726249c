using Graft.Classification;

namespace Graft.Cli.Rendering;

/// <summary>Creates the answer for an image, with the outputs that the options request.</summary>
internal sealed class ImageAnswering
{
    /// <summary>
    /// The number of similar training images to list, of all classes and again of the second likeliest class.
    /// </summary>
    private const int ListedNeighbours = 3;

    /// <summary>The number of likeliest classes to list.</summary>
    public required int Top { get; init; }

    /// <summary>The share of images of the known classes that may be called unknown, 0 to 1.</summary>
    public required double UnknownRate { get; init; }

    /// <summary>
    /// The share of images whose prediction set must contain the true class, 0 to 1; null for no prediction sets.
    /// </summary>
    public double? Coverage { get; init; }

    /// <summary>The training images that explain predictions; null for no explanations.</summary>
    public NeighbourFile? Neighbours { get; init; }

    /// <summary>Creates the answer.</summary>
    public ImageAnswer Answer(FilePrediction result)
    {
        if (result.Prediction is not { } prediction)
            return new(result.Path, null, result.Error!.Reason);
        return new(
            result.Path,
            [.. prediction.Ranked.Take(Top).Select(item => new LabelProbability(item.Label, item.Probability))],
            null
        )
        {
            Unknown = prediction.IsUnknown(UnknownRate),
            Familiarity = prediction.Familiarity,
            Set = Coverage is { } coverage ? prediction.SetOf(coverage) : null,
            Nearest = Neighbours?.Nearest(prediction, ListedNeighbours),
            NearestOfRunnerUp =
                prediction.Ranked.Count > 1
                    ? Neighbours?.Nearest(prediction, ListedNeighbours, prediction.Ranked[1].Label)
                    : null,
        };
    }
}
