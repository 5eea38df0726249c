using Graft.Models.Networks;
using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>Identifies the network of a weights file by the names and shapes of its tensors.</summary>
internal static class WeightsRecognition
{
    /// <summary>Finds the architecture and the number of classes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">
    /// The architecture's name if the user gave one; then only the number of classes is read from the file.
    /// </param>
    /// <exception cref="WeightsFormatException">The file matches no known network.</exception>
    /// <exception cref="ArgumentException">There is no architecture with that name.</exception>
    public static (Architecture Architecture, int Classes) From(ITensorFile file, string? name)
    {
        if (name is not null)
        {
            var named = Architectures.ForWeights(name, file.Names);
            return (
                named,
                ClassesOf(named, file, requireAll: false)
                    ?? throw Unknown($"the logits of {named.Name}", $"Name the architecture of the file: {Known}.")
            );
        }

        foreach (var architecture in Architectures.All)
        {
            if (ClassesOf(architecture, file, requireAll: true) is { } classes)
                return (architecture, classes);
        }

        throw Unknown(
            "the tensors of a network that Graft knows by name",
            $"Name the architecture with --architecture to see which tensor is missing. Known: {Known}."
        );

        WeightsFormatException Unknown(string expected, string remedy) =>
            new(
                "Recognising the weights",
                file.Path,
                expected,
                $"other tensors, such as "
                    + $"{string.Join(", ", file.Names.Take(3).Select(tensor => $"'{tensor}' {file.ShapeOf(tensor)}"))}",
                remedy
            );
    }

    private static string Known =>
        string.Join(", ", Architectures.All.Select(static architecture => architecture.Name));

    /// <summary>The number of classes in the file's logits; null if the file is not of that architecture.</summary>
    private static int? ClassesOf(Architecture architecture, ITensorFile file, bool requireAll)
    {
        using var network = architecture.Build(architecture.Preprocessing);
        // The last layer with weights determines the number of logits. SqueezeNets average its outputs to the logits.
        var logits = network.Nodes.Last(static node => node.Layer.Parameters.Count > 0).Layer.Parameters.ToHashSet();
        int? classes = null;
        foreach (var place in TorchvisionNames.Create(network))
        {
            var found = place.NameIn(file.ShapeOf) is { } name ? file.ShapeOf(name) : null;
            if (logits.Contains(place.Parameter))
                classes ??= found is { Rank: > 0 } shape ? shape[0] : null;
            else if (requireAll && (found is not { } other || !TorchvisionTensor.Fits(other, place.Shape)))
                return null;
        }

        return classes is > 0 ? classes : null;
    }
}
