using Graft.Data;
using Graft.Features.Backbones;

namespace Graft.Training.Runs;

/// <summary>What an export of features did.</summary>
public sealed record FeatureExportReport
{
    /// <summary>How many images have a row in the file.</summary>
    public required int Images { get; init; }

    /// <summary>The images that were left out, and why.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>Features that were computed now.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>Features that were known.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>Seconds that it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of decoding, summed over threads, most of them beside the network.</summary>
    public required double DecodeSeconds { get; init; }

    /// <summary>Seconds of the network.</summary>
    public required double NetworkSeconds { get; init; }

    /// <summary>The dimensions of the array in the file, images first.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>The file of features.</summary>
    public required string Output { get; init; }

    /// <summary>The list of the images, in the order of the rows.</summary>
    public required string FilesList { get; init; }

    /// <summary>The trunk, and what is done to pictures before it.</summary>
    public required BackboneUse Backbone { get; init; }

    /// <summary>What one image takes in the store, in bytes.</summary>
    public required long BytesPerImage { get; init; }

    /// <summary>The size of the feature store in bytes.</summary>
    public required long StoreBytes { get; init; }
}
