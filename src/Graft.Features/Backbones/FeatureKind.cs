namespace Graft.Features.Backbones;

/// <summary>The kind of features of a backbone.</summary>
public enum FeatureKind
{
    /// <summary>
    /// Pooled features, <c>[channels]</c>; a feature map or tokens are averaged over their positions.
    /// </summary>
    Pooled,

    /// <summary>Spatial features, <c>[height, width, channels]</c>, or tokens, <c>[tokens, channels]</c>.</summary>
    Spatial,

    /// <summary>The output of the named node, whatever its shape; pooled features where no node is named.</summary>
    AsNamed,
}
