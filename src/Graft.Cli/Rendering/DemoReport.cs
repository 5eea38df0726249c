using Graft.Training.Runs;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>demo --json</c>.</summary>
internal sealed record DemoReport
{
    /// <summary>Images that were learned from.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Other images, that were only measured with.</summary>
    public required int TestImages { get; init; }

    /// <summary>What images are enlarged to, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Top-1 accuracy on the test images, 0 to 1.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>Features that were computed now.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>Features that were known from before.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>Seconds for the features of all images.</summary>
    public required double FeatureSeconds { get; init; }

    /// <summary>Seconds for the head.</summary>
    public required double HeadSeconds { get; init; }

    /// <summary>Seconds for both.</summary>
    public required double Seconds { get; init; }

    /// <summary>The same head, trained through the frozen network in every epoch.</summary>
    public required FrozenRoute Frozen { get; init; }

    /// <summary>The tutorial's figures for comparison.</summary>
    public required TutorialFigures Tutorial { get; init; }

    /// <summary>A few test images.</summary>
    public required IReadOnlyList<DemoExample> Examples { get; init; }

    /// <summary>All the rest.</summary>
    public required TrainingReport Training { get; init; }

    /// <summary>The model file.</summary>
    public required string Model { get; init; }
}

/// <summary>The result of the head trained through the frozen backbone, with new augmentation in every epoch.</summary>
/// <param name="TestAccuracy">Top-1 accuracy on the same test images, 0 to 1.</param>
/// <param name="Seconds">For all epochs.</param>
/// <param name="Epochs">How many epochs.</param>
/// <param name="Training">All the rest.</param>
internal sealed record FrozenRoute(double TestAccuracy, double Seconds, int Epochs, TrainingReport Training);

/// <summary>The figures of the Keras tutorial on bottleneck features of CIFAR-10, as it gives them.</summary>
/// <param name="TestAccuracy">Top-1 accuracy on its test images.</param>
/// <param name="Seconds">On a CPU.</param>
/// <param name="TestImages">How many it measured with.</param>
internal sealed record TutorialFigures(double TestAccuracy, double Seconds, int TestImages);

/// <summary>A test image and its prediction.</summary>
/// <param name="Name">The image.</param>
/// <param name="Label">The true class.</param>
/// <param name="Prediction">The predicted class.</param>
/// <param name="Probability">The probability of the predicted class.</param>
internal sealed record DemoExample(string Name, string Label, string Prediction, float Probability)
{
    /// <summary>8-bit RGB, row by row.</summary>
    internal byte[] Pixels { get; init; } = [];
}
