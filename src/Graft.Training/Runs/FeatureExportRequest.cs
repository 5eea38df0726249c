using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;

namespace Graft.Training.Runs;

/// <summary>The images, the trunk and the output of a feature export.</summary>
public sealed record FeatureExportRequest
{
    /// <summary>A folder of images, with or without class folders, or a single image.</summary>
    public required string Data { get; init; }

    /// <summary>The file to write, <c>.npy</c> or <c>.safetensors</c>.</summary>
    public required string Output { get; init; }

    /// <summary>The trunk.</summary>
    public BackboneSource Backbone { get; init; } = new();

    /// <summary>Whether to write spatial rather than pooled features; ignored if a node is named.</summary>
    public bool Spatial { get; init; }

    /// <summary>Whether a bad image ends the work with an error; otherwise it is left out and counted.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>The precision of features in the store; the file is always float32.</summary>
    public FeaturePrecision Precision { get; init; }

    /// <summary>What runs the trunk; Graft's own engine by default.</summary>
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
