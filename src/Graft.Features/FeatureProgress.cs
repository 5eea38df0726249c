namespace Graft.Features;

/// <summary>How far an extraction is.</summary>
/// <param name="Phase">What is being done.</param>
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

    /// <summary>What is not known goes through the network.</summary>
    Compute,
}
