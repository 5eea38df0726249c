using Graft.Classification;

namespace Graft.Cli.Rendering;

/// <summary>Puts what was asked for of an image into an answer.</summary>
internal sealed class ImageAnswering
{
    /// <summary>Training photos that are named of all classes, and as many of the runner-up.</summary>
    private const int NamedPhotos = 3;

    /// <summary>How many of the likeliest classes are told.</summary>
    public required int Top { get; init; }

    /// <summary>The share of photos of the classes that may be called unknown.</summary>
    public required double UnknownRate { get; init; }

    /// <summary>The share of images whose class is to be in the set; no sets when null.</summary>
    public double? Coverage { get; init; }

    /// <summary>What explains predictions; they are not explained when null.</summary>
    public NeighbourFile? Photos { get; init; }

    /// <summary>Makes the answer.</summary>
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
            Nearest = Photos?.Nearest(prediction, NamedPhotos),
            NearestOfRunnerUp =
                prediction.Ranked.Count > 1
                    ? Photos?.Nearest(prediction, NamedPhotos, prediction.Ranked[1].Label)
                    : null,
        };
    }
}
