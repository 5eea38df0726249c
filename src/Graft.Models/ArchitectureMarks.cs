namespace Graft.Models;

/// <summary>What an <see cref="ArchitectureBuilder"/> marked: the properties of the same names.</summary>
internal sealed record ArchitectureMarks(
    IReadOnlyList<string> FeatureNodes,
    string SpatialFeatures,
    string PooledFeatures,
    string LogitsNode,
    IReadOnlyList<NetworkStage> Stages
);
