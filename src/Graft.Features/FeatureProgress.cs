namespace Graft.Features;

/// <summary>The progress of an extraction.</summary>
/// <param name="Phase">The current phase.</param>
/// <param name="Done">Images done in this phase.</param>
/// <param name="Total">Images of this phase.</param>
/// <param name="Reused">Images whose features were in the store.</param>
/// <param name="Bad">Images found bad so far.</param>
public readonly record struct FeatureProgress(FeaturePhase Phase, int Done, int Total, int Reused, int Bad);

/// <summary>The phases of an extraction.</summary>
public enum FeaturePhase
{
    /// <summary>Files are hashed and looked up.</summary>
    Scan,

    /// <summary>Features that are not in the store are computed.</summary>
    Compute,
}
