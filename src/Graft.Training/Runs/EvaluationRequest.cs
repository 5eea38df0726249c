using Graft.Imaging;

namespace Graft.Training.Runs;

/// <summary>Which classifier to measure on which images.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The classifier's file.</summary>
    public required string Model { get; init; }

    /// <summary>A folder of one folder a class, or of splits.</summary>
    public required string Data { get; init; }

    /// <summary>
    /// Where the folder has splits, which one: <c>train</c>, <c>validation</c> or <c>test</c>. When null the test
    /// split, or the validation split if there is no other.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>
    /// Over how many views of an image probabilities are averaged: 1 is the image alone, 2 also its mirror image.
    /// </summary>
    public int TestTimeViews { get; init; } = 1;

    /// <summary>
    /// Where to write what the classifier says of every image, as <c>predictions.csv</c> of a run; nowhere when null.
    /// </summary>
    public string? Predictions { get; init; }

    /// <summary>Whether a bad image stops the work; otherwise it is left out and counted.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>
    /// Whether convolutions are plain sums, as <see cref="Layers.Inference.PlanOptions.Exact"/>: slower, other last
    /// digits.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
