using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;

namespace Graft.Training.Runs;

/// <summary>Whose features to write where.</summary>
public sealed record FeatureExportRequest
{
    /// <summary>A folder of images, in classes or not, or one image.</summary>
    public required string Data { get; init; }

    /// <summary>The file, <c>.npy</c> or <c>.safetensors</c>.</summary>
    public required string Output { get; init; }

    /// <summary>The trunk.</summary>
    public BackboneSource Backbone { get; init; } = new();

    /// <summary>Whether to write the last feature map rather than pooled features, where no node is named.</summary>
    public bool Spatial { get; init; }

    /// <summary>Whether a bad image stops the work; otherwise it is left out and counted.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>How features are kept in the store; the file is float32 either way.</summary>
    public FeaturePrecision Precision { get; init; }

    /// <summary>
    /// Whether convolutions are plain sums, as <see cref="Layers.Inference.PlanOptions.Exact"/>: slower, other last
    /// digits.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
