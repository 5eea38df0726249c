using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Formats;
using Graft.Weights.Safetensors;

namespace Graft.Models;

/// <summary>Loads a network's parameters from a file, and saves them to one.</summary>
public static class NetworkWeights
{
    private const string Operation = "Loading the weights";

    private const string Remedy =
        "The file belongs to another network; use one that was trained with this architecture.";

    internal const string LayoutKey = "layout";

    /// <summary>
    /// The value of <see cref="LayoutKey"/> in files with Graft's own layout. Other files do not have the key.
    /// </summary>
    internal const string OwnLayout = "hwio";

    /// <summary>
    /// Copies the tensors of a file into the parameters of the same names. The file has either Graft's own layout or
    /// torchvision's names and axis orders.
    /// </summary>
    /// <param name="network">The network; every parameter must be in the file, and is overwritten.</param>
    /// <param name="file">The file; tensors without a matching parameter are not read.</param>
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

        foreach (var node in network.Nodes)
        {
            foreach (var parameter in node.Layer.Parameters)
                LoadOwn(node.Layer, $"{node.Name}.{parameter.Name}", parameter, file);
        }
    }

    private static void LoadOwn(Layer layer, string name, Parameter parameter, SafetensorsFile file)
    {
        var shape = file.Find(name)?.Shape;
        // It is as large as the network's input, and the file may be of another size.
        var meanImage =
            shape is { Rank: 3 } && shape.Value[2] == parameter.Shape[^1] ? layer as MeanImageSubtraction : null;
        if (meanImage is null)
            RequireShape(file.Path, name, shape, parameter.Shape);
        using var tensor = file.Read(name);
        if (meanImage is null)
            tensor.Span.CopyTo(parameter.Value.Span);
        else
            meanImage.SetMean(tensor);
    }

    /// <summary>Copies the tensors of a file of any supported format into the parameters of the same names.</summary>
    /// <param name="network">The network; every parameter must be in the file, and is overwritten.</param>
    /// <param name="file">The file; PyTorch's files have torchvision's names and axis orders.</param>
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
    /// <param name="network">The network; every parameter must be in the file, and is overwritten.</param>
    /// <param name="path">
    /// A safetensors file, for example one that <see cref="Save"/> wrote, or a PyTorch <c>state_dict</c> file.
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
    /// Copies tensors with torchvision's or timm's names and PyTorch's axis orders into the matching parameters
    /// (<see cref="TorchvisionNames"/>).
    /// </summary>
    /// <param name="network">The network; every parameter must be among the tensors, and is overwritten.</param>
    /// <param name="path">Where the tensors come from, for messages.</param>
    /// <param name="shapeOf">Returns the shape of a tensor; null if there is none with that name.</param>
    /// <param name="read">Reads an existing tensor, which this method disposes.</param>
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
    /// Writes all parameters as safetensors, in Graft's own layout (kernels <c>[height, width, inputs, outputs]</c>).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The path of the file; written atomically.</param>
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
    /// Writes all parameters as safetensors with torchvision's names and axis orders, so that PyTorch can load them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The path of the file; written atomically.</param>
    /// <param name="metadata">The metadata of the file; none when null.</param>
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
