using Graft.Features.Storage;
using Graft.Imaging;

namespace Graft.Features;

/// <summary>How features are extracted.</summary>
public sealed record FeatureExtractorOptions
{
    /// <summary>Images that go through the network together; has no influence on the results.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>How images are shown to the network.</summary>
    public FeatureView View { get; init; } = FeatureView.Plain;

    /// <summary>
    /// The table that receives the facts of decoded images, so that they need not be decoded again. Facts are not
    /// measured when it is null, or when the view is not the plain one. It must have the same preprocessing.
    /// </summary>
    public ImageFactTable? Facts { get; init; }

    /// <summary>How features are kept and used.</summary>
    public FeaturePrecision Precision { get; init; }

    /// <summary>Whether a bad image stops the work with an error; otherwise it is left out and counted.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>
    /// Sets of features larger than this stay in the store and are read as they are needed, in bytes.
    /// </summary>
    public long MaximumBytesInMemory { get; init; } = 1L << 30;
}
