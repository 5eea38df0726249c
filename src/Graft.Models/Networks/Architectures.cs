namespace Graft.Models.Networks;

/// <summary>The networks that Graft can build by name, with or without weights. Immutable and thread-safe.</summary>
public static class Architectures
{
    /// <summary>All architectures, grouped by family.</summary>
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
        .. MnasNet.All,
        .. EfficientNet.All,
    ];

    /// <summary>Finds an architecture by name, ignoring case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">
    /// There is none with that name; the message lists the nearest name and all known names.
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
    /// Finds the architecture of a weights file by name. For ResNets with bottlenecks, the tensors of the file decide
    /// between the two forms: only the paper's form has biases in convolutions.
    /// </summary>
    /// <param name="name">The name, with or without the suffix for the form.</param>
    /// <param name="tensors">The names of the file's tensors; torchvision's names.</param>
    /// <exception cref="ArgumentException">
    /// There is none with that name; the message lists the nearest name and all known names.
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
