namespace Graft.Features.Backbones;

/// <summary>What shape of features is wanted of a backbone.</summary>
public enum FeatureKind
{
    /// <summary>A row, <c>[channels]</c>; the mean is taken of a map.</summary>
    Pooled,

    /// <summary>A map, <c>[height, width, channels]</c>.</summary>
    Spatial,

    /// <summary>Whatever the named node gives; a row where none is named.</summary>
    AsNamed,
}
