using Graft.Layers.Networks;
using Graft.Weights;
using Graft.Weights.Safetensors;

namespace Graft.Models;

/// <summary>Fills a network's parameters from a file and writes them to one.</summary>
public static class NetworkWeights
{
    /// <summary>Copies the tensors of a file into the parameters of the same names.</summary>
    /// <param name="network">The network, in place; every parameter must be in the file.</param>
    /// <param name="file">The file; tensors that the network has no parameter for are not read.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing or has another shape; the message names it.</exception>
    public static void Load(Network network, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        foreach (var (name, parameter) in network.Parameters)
        {
            var entry = file.Find(name)
                ?? throw new WeightsFormatException("Loading the weights", file.Path, $"a tensor '{name}' of shape {parameter.Value.Shape}", "no such tensor", "The file belongs to another network; name the one that was trained with this architecture.");
            if (entry.Shape != parameter.Value.Shape)
                throw new WeightsFormatException("Loading the weights", file.Path, $"tensor '{name}' of shape {parameter.Value.Shape}", $"shape {entry.Shape}", "The file belongs to another network; name the one that was trained with this architecture.");
            using var tensor = file.Read(name);
            tensor.Span.CopyTo(parameter.Value.Span);
        }
    }

    /// <summary>Copies the tensors of a file into the parameters of the same names.</summary>
    /// <param name="network">The network, in place; every parameter must be in the file.</param>
    /// <param name="path">A safetensors file, for example one that <see cref="Save"/> wrote.</param>
    /// <exception cref="WeightsFormatException">The file is damaged, or a tensor is missing or has another shape; the message names it.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static void Load(Network network, string path)
    {
        using var file = SafetensorsFile.Open(path);
        Load(network, file);
    }

    /// <summary>Writes all parameters as safetensors, in the engine's own layout (kernels height, width, input, output).</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Where the file goes; written whole or not at all.</param>
    public static void Save(Network network, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        SafetensorsWriter.Write(
            path,
            network.Parameters.Select(pair => (pair.Key, pair.Value.Value)),
            new Dictionary<string, string> { ["format"] = "graft", ["layout"] = "hwio" });
    }
}
