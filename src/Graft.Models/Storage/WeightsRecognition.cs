using Graft.Models.Networks;
using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>Identifies the network of a weights file by the names and shapes of its tensors.</summary>
internal static class WeightsRecognition
{
    /// <summary>Finds the network, and how many classes it distinguishes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">
    /// The architecture's name where the user gave one; then only the number of classes is looked for.
    /// </param>
    /// <exception cref="WeightsFormatException">No network fits.</exception>
    /// <exception cref="ArgumentException">There is no architecture of that name.</exception>
    public static (Architecture Architecture, int Classes) From(ITensorFile file, string? name)
    {
        if (name is not null)
        {
            var named = Architectures.ForWeights(name, file.Names);
            return (
                named,
                ClassesOf(named, file, requireAll: false)
                    ?? throw Unknown($"the logits of {named.Name}", $"Name the network that the file is of: {Known}.")
            );
        }

        foreach (var architecture in Architectures.All)
        {
            if (ClassesOf(architecture, file, requireAll: true) is { } classes)
                return (architecture, classes);
        }

        throw Unknown(
            "the tensors of a network that Graft knows by name",
            $"With --architecture the message says what of the network is missing; there are: {Known}."
        );

        WeightsFormatException Unknown(string expected, string remedy) =>
            new(
                "Recognising the weights",
                file.Path,
                expected,
                $"others, such as "
                    + $"{string.Join(", ", file.Names.Take(3).Select(tensor => $"'{tensor}' {file.ShapeOf(tensor)}"))}",
                remedy
            );
    }

    private static string Known =>
        string.Join(", ", Architectures.All.Select(static architecture => architecture.Name));

    /// <summary>How many classes the file's logits have; null when the file is not of that network.</summary>
    private static int? ClassesOf(Architecture architecture, ITensorFile file, bool requireAll)
    {
        using var network = architecture.Build(architecture.Preprocessing);
        // The logits of SqueezeNets are means of the output of the last layer with weights.
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
