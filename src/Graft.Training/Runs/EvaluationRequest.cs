using Graft.Engines;
using Graft.Imaging;

namespace Graft.Training.Runs;

/// <summary>The classifier to evaluate and the images.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The classifier's file.</summary>
    public required string Model { get; init; }

    /// <summary>A folder with one folder per class, or with split folders; or a manifest file.</summary>
    public required string Data { get; init; }

    /// <summary>
    /// The split to use if the data has splits: <c>train</c>, <c>validation</c> or <c>test</c>. Null for the first that
    /// exists of test, validation and train.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>
    /// The number of views of each image over which probabilities are averaged: 1 for the image alone, 2 to add the
    /// flipped image.
    /// </summary>
    public int TestTimeViews { get; init; } = 1;

    /// <summary>
    /// The file to write the predictions to, in the format of a run's <c>predictions.csv</c>; null to write none.
    /// </summary>
    public string? Predictions { get; init; }

    /// <summary>Whether a bad image ends the work with an error; otherwise it is left out and counted.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>What runs the model; Graft's own engine by default.</summary>
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
