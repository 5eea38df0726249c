using Graft.Data;
using Graft.Features.Backbones;

namespace Graft.Training.Runs;

/// <summary>The result of a feature export.</summary>
public sealed record FeatureExportReport
{
    /// <summary>The number of images in the file, one row each.</summary>
    public required int Images { get; init; }

    /// <summary>The images that were left out, with the reasons.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>The number of features computed by this run.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>The number of features read from the feature store.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>The elapsed time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// The time spent on decoding in seconds, summed over threads. Most of it overlaps with the network.
    /// </summary>
    public required double DecodeSeconds { get; init; }

    /// <summary>The time spent in the network in seconds.</summary>
    public required double NetworkSeconds { get; init; }

    /// <summary>The dimensions of the array in the file; the first is the number of images.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>The feature file.</summary>
    public required string Output { get; init; }

    /// <summary>The list of the images, in the order of the rows.</summary>
    public required string FilesList { get; init; }

    /// <summary>The trunk and its preprocessing.</summary>
    public required BackboneUse Backbone { get; init; }

    /// <summary>The size of one image's features in the store in bytes.</summary>
    public required long BytesPerImage { get; init; }

    /// <summary>The size of the feature store in bytes.</summary>
    public required long StoreBytes { get; init; }
}
