namespace Graft.Features.Backbones;

/// <summary>The description of a backbone in reports. It has plain values only.</summary>
/// <param name="Name">
/// The name: of weights in the catalogue, of an architecture, or of a file without its full path.
/// </param>
/// <param name="Node">The node whose output is the features.</param>
/// <param name="FeatureShape">The shape of the features of one image.</param>
/// <param name="Preprocessing">The preprocessing, on one line.</param>
/// <param name="PreprocessingOrigin">Where the preprocessing comes from.</param>
/// <param name="Engine">The name of the engine that ran the trunk.</param>
public sealed record BackboneUse(
    string Name,
    string Node,
    IReadOnlyList<int> FeatureShape,
    string Preprocessing,
    PreprocessingOrigin PreprocessingOrigin,
    string Engine = "graft"
)
{
    /// <summary>Describes a backbone.</summary>
    /// <param name="backbone">The backbone.</param>
    public static BackboneUse From(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new(
            backbone.Name,
            backbone.Node,
            backbone.FeatureShape.Dimensions.ToArray(),
            backbone.Preprocessing.ToString(),
            backbone.PreprocessingOrigin,
            backbone.Engine.Name
        );
    }
}
