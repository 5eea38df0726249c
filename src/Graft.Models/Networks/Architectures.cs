namespace Graft.Models.Networks;

/// <summary>The networks that Graft can build by name, with or without weights. Immutable and thread-safe.</summary>
public static class Architectures
{
    /// <summary>All of them, family by family.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        .. AlexNet.All,
        .. Vgg.All,
        .. GoogLeNet.All,
        .. InceptionV3.All,
        .. ResNet.All,
        .. Xception.All,
        .. DenseNet.All,
        .. SqueezeNet.All,
        .. MobileNetV2.All,
        .. MobileNetV3.All,
        .. EfficientNet.All,
    ];

    /// <summary>Finds an architecture by name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">
    /// There is none with that name; the message has the nearest one and all others.
    /// </exception>
    public static Architecture Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (
            All.FirstOrDefault(architecture =>
                string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase)
            ) is
            { } found
        )
            return found;
        var names = All.Select(static architecture => architecture.Name).ToArray();
        var nearest = NearestName.From(name, names);
        throw new ArgumentException(
            $"There is no architecture '{name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")} Known: "
                + $"{string.Join(", ", names)}.",
            nameof(name)
        );
    }

    /// <summary>
    /// Finds the architecture that a file of weights is for: that of the name, but for a ResNet with bottlenecks in the
    /// form that the file's tensors are of. Only the paper's form has biases in convolutions.
    /// </summary>
    /// <param name="name">The name, with or without the ending that tells the form.</param>
    /// <param name="tensors">The names of the file's tensors, torchvision's.</param>
    /// <exception cref="ArgumentException">
    /// There is none with that name; the message has the nearest one and all others.
    /// </exception>
    public static Architecture ForWeights(string name, IEnumerable<string> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var architecture = Find(name);
        var plain = architecture.Name.EndsWith(ResNet.TorchvisionSuffix, StringComparison.Ordinal)
            ? architecture.Name[..^ResNet.TorchvisionSuffix.Length]
            : architecture.Name;
        if (All.FirstOrDefault(other => other.Name == plain + ResNet.TorchvisionSuffix) is not { } torchvision)
            return architecture;
        return tensors.Contains("conv1.bias", StringComparer.Ordinal) ? Find(plain) : torchvision;
    }
}
