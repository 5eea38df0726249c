namespace Graft.Models;

/// <summary>
/// What <c>models list</c> and <c>models info</c> report about an architecture: plain values only, which can be written
/// as JSON.
/// </summary>
/// <param name="Name">The name that commands take.</param>
/// <param name="Title">A short title for display.</param>
/// <param name="Paper">The paper that describes it.</param>
/// <param name="Parameters">How many numbers are learned, with 1,000 classes.</param>
/// <param name="MultiplyAdds">Multiplications with additions for an image of its usual size.</param>
/// <param name="InputHeight">The usual height of the input in pixels.</param>
/// <param name="InputWidth">The usual width of the input in pixels.</param>
/// <param name="SmallestSize">The smallest height and width in pixels.</param>
/// <param name="Preprocessing">The usual preprocessing, on one line.</param>
/// <param name="FeatureNodes">The nodes whose output serves as features, the usual one first.</param>
/// <param name="Stages">The parts that are unfrozen as a whole, from the input to the logits.</param>
/// <param name="Weights">The weights that there are for it, on this machine or to be fetched.</param>
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
    /// <summary>Describes an architecture as it is at its usual size.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="weights">The weights that there are for it.</param>
    public static ArchitectureDescription Create(Architecture architecture, IReadOnlyList<ModelDescription> weights)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        using var network = architecture.Build(architecture.Preprocessing);
        var cost = NetworkCost.Compute(network);
        var features = architecture.FeatureNodes.Select(node =>
        {
            // Only a trunk has the means of a map that the network itself does not pool.
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

/// <summary>A node whose output serves as features.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Shape">The shape of one image's features at the usual size, without the batch.</param>
public sealed record FeatureNodeDescription(string Node, IReadOnlyList<int> Shape)
{
    /// <summary>How many numbers an image has.</summary>
    public int Values => Shape.Aggregate(1, static (product, dimension) => product * dimension);

    /// <summary>What an image takes in the feature store, in bytes, with 32 bits for each number.</summary>
    public long BytesPerImage => (long)Values * sizeof(float);
}
