namespace Graft.Features.Backbones;

/// <summary>
/// The choice of a backbone: the network, its weights, the node where it is cut, and its preprocessing. Immutable.
/// </summary>
public sealed record BackboneSource
{
    /// <summary>
    /// The name of pretrained weights, or of an architecture where <see cref="Weights"/> are given, or the path of a
    /// file with a network: ONNX, a TensorFlow.js layers model (<c>model.json</c>), or an architecture in JSON with
    /// <see cref="Weights"/>.
    /// </summary>
    public string Name { get; init; } = "resnet50";

    /// <summary>
    /// The path of a file that holds weights alone (safetensors, <c>.pth</c>, <c>.pt</c>); null for weights that belong
    /// to the network.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>The node whose output is the features; found automatically when null.</summary>
    public string? Cut { get; init; }

    /// <summary>The parts of the preprocessing that are set.</summary>
    public PreprocessingChanges Preprocessing { get; init; } = new();

    /// <summary>
    /// Whether the network is in a file, rather than one that Graft knows by name. A known name takes precedence over a
    /// file: <c>./resnet50</c> is the file.
    /// </summary>
    /// <param name="isKnown">Tells whether a name is that of weights or an architecture.</param>
    public bool IsFile(Func<string, bool> isKnown)
    {
        ArgumentNullException.ThrowIfNull(isKnown);
        return Name.AsSpan().ContainsAny('/', '\\')
            || (
                !isKnown(Name)
                && (Path.Exists(Name) || Path.GetExtension(Name).ToLowerInvariant() is ".onnx" or ".json")
            );
    }

    /// <summary>The same source with full paths, so that it does not depend on the current folder.</summary>
    /// <param name="isKnown">As for <see cref="IsFile"/>.</param>
    public BackboneSource WithFullPaths(Func<string, bool> isKnown) =>
        this with
        {
            Name = IsFile(isKnown) ? Path.GetFullPath(Name) : Name,
            Weights = Weights is null ? null : Path.GetFullPath(Weights),
        };
}
