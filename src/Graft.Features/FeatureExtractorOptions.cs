using Graft.Features.Storage;
using Graft.Imaging;

namespace Graft.Features;

/// <summary>How features are extracted.</summary>
public sealed record FeatureExtractorOptions
{
    /// <summary>The number of images that go through the network together; does not affect the results.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The view of the images that features are computed of.</summary>
    public FeatureView View { get; init; } = FeatureView.Plain;

    /// <summary>
    /// The table that receives the facts of decoded images, so that they need not be decoded again. Facts are not
    /// measured when it is null, or when the view is not the plain one. It must have the same preprocessing.
    /// </summary>
    public ImageFactTable? Facts { get; init; }

    /// <summary>The number format in which features are kept and used.</summary>
    public FeaturePrecision Precision { get; init; }

    /// <summary>Whether a bad image stops the work with an error; otherwise it is left out and counted.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>Sets of features larger than this, in bytes, stay in the store and are read on demand.</summary>
    public long MaximumBytesInMemory { get; init; } = 1L << 30;
}
