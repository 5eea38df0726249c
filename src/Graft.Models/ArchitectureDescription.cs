namespace Graft.Models;

/// <summary>
/// What <c>models list</c> and <c>models info</c> report about an architecture. It has only plain values, so that it
/// can be written as JSON.
/// </summary>
/// <param name="Name">The name that commands accept.</param>
/// <param name="Title">A short title for display.</param>
/// <param name="Paper">The paper that describes the architecture.</param>
/// <param name="Parameters">The number of trainable parameters, with 1,000 classes.</param>
/// <param name="MultiplyAdds">The number of multiply-adds for one image of the usual size.</param>
/// <param name="InputHeight">The usual height of the input in pixels.</param>
/// <param name="InputWidth">The usual width of the input in pixels.</param>
/// <param name="SmallestSize">The smallest height and width in pixels.</param>
/// <param name="Preprocessing">The usual preprocessing, on one line.</param>
/// <param name="FeatureNodes">The nodes whose output can serve as features, the usual one first.</param>
/// <param name="Stages">The stages, from the input to the logits. Each is frozen or trained as a whole.</param>
/// <param name="Weights">The available weights, on this machine or for download.</param>
public sealed record ArchitectureDescription(
    string Name,
    string Title,
    string Paper,
    long Parameters,
    long MultiplyAdds,
    int InputHeight,
    int InputWidth,
    int SmallestSize,
    string Preprocessing,
    IReadOnlyList<FeatureNodeDescription> FeatureNodes,
    IReadOnlyList<NetworkStage> Stages,
    IReadOnlyList<ModelDescription> Weights
)
{
    /// <summary>Describes an architecture at its usual input size.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="weights">The available weights.</param>
    public static ArchitectureDescription Create(Architecture architecture, IReadOnlyList<ModelDescription> weights)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        using var network = architecture.Build(architecture.Preprocessing);
        var cost = NetworkCost.Compute(network);
        var features = architecture.FeatureNodes.Select(node =>
        {
            // A pooled node that the network lacks is added when a trunk is cut. It has one value for each channel.
            var shape = network.Contains(node)
                ? network.ShapeOf(node).Dimensions.ToArray()
                : [network.ShapeOf(architecture.SpatialFeatures)[^1]];
            return new FeatureNodeDescription(node, shape);
        });
        return new(
            architecture.Name,
            architecture.Title,
            architecture.Paper,
            cost.Parameters,
            cost.MultiplyAdds,
            architecture.Preprocessing.Height,
            architecture.Preprocessing.Width,
            architecture.SmallestSize,
            architecture.Preprocessing.ToString(),
            [.. features],
            architecture.Stages,
            weights
        );
    }
}

/// <summary>A node whose output can serve as features.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="Shape">The shape of one image's features at the usual size, without the batch.</param>
public sealed record FeatureNodeDescription(string Node, IReadOnlyList<int> Shape)
{
    /// <summary>The number of values for each image.</summary>
    public int Values => Shape.Aggregate(1, static (product, dimension) => product * dimension);

    /// <summary>The size of one image's features in the feature store as float32, in bytes.</summary>
    public long BytesPerImage => (long)Values * sizeof(float);
}
