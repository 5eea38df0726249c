using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Formats;
using Graft.Weights.Safetensors;

namespace Graft.Models;

/// <summary>Fills a network's parameters from a file and writes them to one.</summary>
public static class NetworkWeights
{
    private const string Operation = "Loading the weights";

    private const string Remedy =
        "The file belongs to another network; name the one that was trained with this architecture.";

    internal const string LayoutKey = "layout";

    /// <summary>
    /// The value of <see cref="LayoutKey"/> in files in the engine's own layout; other files lack it.
    /// </summary>
    internal const string OwnLayout = "hwio";

    /// <summary>
    /// Copies the tensors of a file into the parameters of the same names: a file of Graft's own, or one with
    /// torchvision's names and orders.
    /// </summary>
    /// <param name="network">The network, in place; every parameter must be in the file.</param>
    /// <param name="file">The file; tensors that the network has no parameter for are not read.</param>
    /// <exception cref="WeightsFormatException">
    /// A tensor is missing or has another shape; the message names it.
    /// </exception>
    public static void Load(Network network, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        if (file.Metadata.GetValueOrDefault(LayoutKey) != OwnLayout)
        {
            LoadTorchvision(network, file.Path, name => file.Find(name)?.Shape, file.Read);
            return;
        }

        foreach (var (name, parameter) in network.Parameters)
        {
            RequireShape(file.Path, name, file.Find(name)?.Shape, parameter.Shape);
            using var tensor = file.Read(name);
            tensor.Span.CopyTo(parameter.Value.Span);
        }
    }

    /// <summary>Copies the tensors of a file of any kind into the parameters of the same names.</summary>
    /// <param name="network">The network, in place; every parameter must be in the file.</param>
    /// <param name="file">The file; PyTorch's have torchvision's orders.</param>
    /// <exception cref="WeightsFormatException">
    /// A tensor is missing or has another shape; the message names it.
    /// </exception>
    public static void Load(Network network, ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file is SafetensorsFile safetensors)
            Load(network, safetensors);
        else
            LoadTorchvision(network, file.Path, file.ShapeOf, file.Read);
    }

    /// <summary>Copies the tensors of a file into the parameters of the same names.</summary>
    /// <param name="network">The network, in place; every parameter must be in the file.</param>
    /// <param name="path">
    /// A safetensors file, for example one that <see cref="Save"/> wrote, or a PyTorch state file.
    /// </param>
    /// <exception cref="WeightsFormatException">
    /// The file is damaged, or a tensor is missing or has another shape; the message names it.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static void Load(Network network, string path)
    {
        using var file = TensorFile.Open(path);
        Load(network, file);
    }

    /// <summary>
    /// Copies tensors with torchvision's or timm's names and PyTorch's orders into the parameters that they are for
    /// (<see cref="TorchvisionNames"/>).
    /// </summary>
    /// <param name="network">The network, in place; every parameter must be among the tensors.</param>
    /// <param name="path">Where the tensors come from, for messages.</param>
    /// <param name="shapeOf">Tells the shape of a tensor, null when there is none with that name.</param>
    /// <param name="read">Reads a tensor that there is; it is disposed afterwards.</param>
    /// <exception cref="WeightsFormatException">
    /// A tensor is missing or has another shape; the message names it.
    /// </exception>
    public static void LoadTorchvision(
        Network network,
        string path,
        Func<string, Shape?> shapeOf,
        Func<string, Tensor> read
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(shapeOf);
        ArgumentNullException.ThrowIfNull(read);
        foreach (var place in TorchvisionNames.Create(network))
        {
            var name = place.NameIn(shapeOf) ?? place.Name;
            RequireShape(path, name, shapeOf(name), place.Shape);
            using var tensor = read(name);
            place.Read(tensor.Span);
        }

        if (TimmNames.AreIn(shapeOf))
            TimmNames.AdoptEpsilon(network);
    }

    /// <summary>
    /// Writes all parameters as safetensors, in the engine's own layout (kernels height, width, input, output).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Where the file goes; written atomically.</param>
    public static void Save(Network network, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        SafetensorsWriter.Write(
            path,
            network.Parameters.Select(pair => (pair.Key, pair.Value.Value)),
            new Dictionary<string, string> { ["format"] = "graft", [LayoutKey] = OwnLayout }
        );
    }

    /// <summary>
    /// Writes all parameters as safetensors with torchvision's names and orders, as PyTorch can load them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Where the file goes; written atomically.</param>
    /// <param name="metadata">Metadata texts; none when null.</param>
    public static void SaveTorchvision(
        Network network,
        string path,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        var tensors = new List<(string, Tensor)>();
        try
        {
            foreach (var place in TorchvisionNames.Create(network))
            {
                var tensor = Tensor.Uninitialized(place.Shape);
                tensors.Add((place.Name, tensor));
                place.Write(tensor.Span);
            }

            SafetensorsWriter.Write(
                path,
                tensors,
                new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { ["format"] = "pt" }
            );
        }
        finally
        {
            foreach (var (_, tensor) in tensors)
                tensor.Dispose();
        }
    }

    private static void RequireShape(string path, string name, Shape? found, Shape expected)
    {
        if (found is not { } shape)
            throw new WeightsFormatException(
                Operation,
                path,
                $"a tensor '{name}' of shape {expected}",
                "no such tensor",
                Remedy
            );
        if (!TorchvisionTensor.Fits(shape, expected))
            throw new WeightsFormatException(
                Operation,
                path,
                $"tensor '{name}' of shape {expected}",
                $"shape {shape}",
                Remedy
            );
    }
}
