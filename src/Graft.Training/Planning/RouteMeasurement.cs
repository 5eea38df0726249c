using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>The measurements of one backbone by a probe. Immutable.</summary>
internal sealed record RouteMeasurement
{
    /// <summary>The backbone, a name or a path.</summary>
    public required string Backbone { get; init; }

    /// <summary>The time to read the weights and compile the plan, in seconds.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>The time from a file to its features, in seconds for each image.</summary>
    public required double SecondsPerFeature { get; init; }

    /// <summary>The number of distinct images in all splits without features in the store.</summary>
    public required int UnknownImages { get; init; }

    /// <summary>The time to choose the linear head's penalty and to fit the head, in seconds.</summary>
    public required double HeadSeconds { get; init; }

    /// <summary>The number of images that the head was fitted on.</summary>
    public required int HeadImages { get; init; }

    /// <summary>The size of one image's features in the store in bytes.</summary>
    public required long FeatureBytes { get; init; }

    /// <summary>The size of the trunk's weights in bytes.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>The physical memory in use while features are computed, in bytes.</summary>
    public required long FeatureMemory { get; init; }

    /// <summary>The cost of training steps with each method that keeps the trunk in memory.</summary>
    public required IReadOnlyDictionary<TrainingMethod, StepMeasurement> Steps { get; init; }

    /// <summary>The expected accuracy of a head; null if not known.</summary>
    public ExpectedAccuracy? Expected { get; init; }
}

/// <summary>The cost of training steps with the trunk in memory. Immutable.</summary>
/// <param name="SecondsPerImage">
/// The time for each image in seconds: decoding, augmentation, forward pass, backward pass and optimizer.
/// </param>
/// <param name="Memory">The physical memory of the process in bytes.</param>
/// <param name="TrainableBytes">The size of the trainable parameters in bytes.</param>
/// <param name="BoundaryBytes">
/// The size of the frozen layers' output for one image in bytes; 0 if it is the features or the image itself.
/// </param>
internal sealed record StepMeasurement(double SecondsPerImage, long Memory, long TrainableBytes, long BoundaryBytes);
