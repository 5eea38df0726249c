using Graft.Learning.Evaluation;
using Graft.Training.Runs;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>demo --json</c>.</summary>
internal sealed record DemoReport
{
    /// <summary>The name of the set of images, as <c>--set</c> takes it.</summary>
    public required string Set { get; init; }

    /// <summary>The number of images that the head was trained on.</summary>
    public required int TrainImages { get; init; }

    /// <summary>The number of test images; none of them is a training image.</summary>
    public required int TestImages { get; init; }

    /// <summary>Top-1 accuracy on the test images, 0 to 1.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>The 95 % interval of <see cref="TestAccuracy"/>.</summary>
    public required ConfidenceInterval TestAccuracyInterval { get; init; }

    /// <summary>The number of features that this run computed.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>The number of features read from the feature store.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>The time for the features of all images, in seconds.</summary>
    public required double FeatureSeconds { get; init; }

    /// <summary>The time for training the head, in seconds.</summary>
    public required double HeadSeconds { get; init; }

    /// <summary>The sum of both times, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The result of the same head, trained through the frozen backbone in every epoch; null if it was not trained.
    /// </summary>
    public FrozenRoute? Frozen { get; init; }

    /// <summary>The tutorial's results, for comparison; null if the tutorial is about other images.</summary>
    public TutorialFigures? Tutorial { get; init; }

    /// <summary>A heading for <see cref="Examples"/>.</summary>
    internal string ExamplesTitle { get; init; } = "";

    /// <summary>A few test images with their predictions.</summary>
    public required IReadOnlyList<DemoExample> Examples { get; init; }

    /// <summary>The full report of the training run.</summary>
    public required TrainingReport Training { get; init; }

    /// <summary>The path of the model file.</summary>
    public required string Model { get; init; }
}

/// <summary>The result of the head trained through the frozen backbone, with new augmentation in every epoch.</summary>
/// <param name="TestAccuracy">Top-1 accuracy on the same test images, 0 to 1.</param>
/// <param name="TestAccuracyInterval">The 95 % interval of the accuracy.</param>
/// <param name="TrainImages">The number of images that it was trained on.</param>
/// <param name="Seconds">The training time of all epochs, in seconds.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Training">The full report of the training run.</param>
internal sealed record FrozenRoute(
    double TestAccuracy,
    ConfidenceInterval TestAccuracyInterval,
    int TrainImages,
    double Seconds,
    int Epochs,
    TrainingReport Training
);

/// <summary>The published results of the Keras tutorial on bottleneck features of CIFAR-10.</summary>
/// <param name="TestAccuracy">Top-1 accuracy on its test images, 0 to 1.</param>
/// <param name="Seconds">The time on a CPU, in seconds.</param>
/// <param name="TestImages">The number of its test images.</param>
internal sealed record TutorialFigures(double TestAccuracy, double Seconds, int TestImages)
{
    /// <summary>The 95 % interval of the accuracy, computed from the two figures.</summary>
    public ConfidenceInterval TestAccuracyInterval =>
        ConfidenceInterval.OfShare((int)Math.Round(TestAccuracy * TestImages), TestImages);
}

/// <summary>A test image and its prediction.</summary>
/// <param name="Name">The image's name.</param>
/// <param name="Label">The true class.</param>
/// <param name="Prediction">The predicted class.</param>
/// <param name="Probability">The probability of the predicted class, 0 to 1.</param>
internal sealed record DemoExample(string Name, string Label, string Prediction, float Probability)
{
    /// <summary>The width and height of the thumbnail in pixels; CIFAR-10's images have this size.</summary>
    public const int Side = 32;

    /// <summary>The thumbnail's pixels: 8-bit RGB, row by row from the top.</summary>
    internal byte[] Pixels { get; init; } = [];
}
