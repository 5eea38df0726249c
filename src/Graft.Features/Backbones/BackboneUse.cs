namespace Graft.Features.Backbones;

/// <summary>What reports say of a backbone: plain values only.</summary>
/// <param name="Name">
/// What it is called: the catalogue's name, an architecture's, or a file's without its folder.
/// </param>
/// <param name="Node">The node whose output is the features.</param>
/// <param name="FeatureShape">The shape of the features of one image.</param>
/// <param name="Preprocessing">The preprocessing, on one line.</param>
/// <param name="PreprocessingOrigin">Where the preprocessing comes from.</param>
public sealed record BackboneUse(
    string Name,
    string Node,
    IReadOnlyList<int> FeatureShape,
    string Preprocessing,
    PreprocessingOrigin PreprocessingOrigin
)
{
    /// <summary>Takes it from a backbone.</summary>
    /// <param name="backbone">The backbone.</param>
    public static BackboneUse From(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new(
            backbone.Name,
            backbone.Node,
            backbone.FeatureShape.Dimensions.ToArray(),
            backbone.Preprocessing.ToString(),
            backbone.PreprocessingOrigin
        );
    }
}
