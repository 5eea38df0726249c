using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>What a probe measured of one backbone. Immutable.</summary>
internal sealed record RouteMeasurement
{
    /// <summary>The backbone as it is asked for: a name or a path.</summary>
    public required string Backbone { get; init; }

    /// <summary>Reading the weights and making the plan.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>From a file to features.</summary>
    public required double SecondsPerFeature { get; init; }

    /// <summary>How many contents, of all splits, have no features in the store yet.</summary>
    public required int UnknownImages { get; init; }

    /// <summary>Choosing the linear head's penalty and solving it.</summary>
    public required double HeadSeconds { get; init; }

    /// <summary>With how many images the head was solved.</summary>
    public required int HeadImages { get; init; }

    /// <summary>Bytes that one image's features take in the store.</summary>
    public required long FeatureBytes { get; init; }

    /// <summary>Bytes of the trunk's weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Physical memory when features are computed.</summary>
    public required long FeatureMemory { get; init; }

    /// <summary>What the methods that take steps cost.</summary>
    public required IReadOnlyDictionary<TrainingMethod, StepMeasurement> Steps { get; init; }

    /// <summary>What to expect of a head.</summary>
    public ExpectedAccuracy? Expected { get; init; }
}

/// <summary>What steps with the trunk in memory cost. Immutable.</summary>
/// <param name="SecondsPerImage">Decoding, augmenting, forward, backward and the optimizer.</param>
/// <param name="Memory">Physical memory of the process.</param>
/// <param name="TrainableBytes">Bytes of what learns.</param>
/// <param name="BoundaryBytes">
/// Bytes of the output of the frozen part for one image; 0 where those are the features.
/// </param>
internal sealed record StepMeasurement(double SecondsPerImage, long Memory, long TrainableBytes, long BoundaryBytes);
