using System.Security.Cryptography;
using Graft.Imaging;
using Graft.Models;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Training.Benchmarking;
using Graft.Weights.Safetensors;

namespace Graft.Cli.Tests;

/// <summary>Files of random weights as they are published: with torchvision's names, or with timm's.</summary>
internal static class WeightFiles
{
    /// <summary>A file of a network with 1,000 classes and torchvision's names.</summary>
    public static byte[] Torchvision(string architecture) => Make(architecture, static tensor => tensor.Name);

    /// <summary>A file of a network with 1,000 classes and timm's names.</summary>
    public static byte[] Timm(string architecture) => Make(architecture, static tensor => tensor.OtherNames[0]);

    /// <summary>The content's SHA-256 in lower-case hexadecimal digits.</summary>
    public static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Make(string architecture, Func<TorchvisionTensor, string> name)
    {
        using var network = Architectures.Find(architecture).Build(Preprocessing.Torchvision(64));
        RandomWeights.Fill(network, 5);
        var tensors = new List<(string, Tensor)>();
        foreach (var place in TorchvisionNames.Create(network))
        {
            var tensor = Tensor.Uninitialized(place.Shape);
            place.Write(tensor.Span);
            tensors.Add((name(place), tensor));
        }

        var path = Path.GetTempFileName();
        SafetensorsWriter.Write(path, tensors);
        tensors.ForEach(static tensor => tensor.Item2.Dispose());
        var content = File.ReadAllBytes(path);
        File.Delete(path);
        return content;
    }
}
