using System.Security.Cryptography;
using System.Text.Json;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Safetensors;

namespace Graft.Models.Storage;

/// <summary>
/// Writes the files of a folder of the store: weights with the network's names and Graft's own layout, labels if there
/// are any, and a description with the digests of both. Equal weights give equal bytes.
/// </summary>
internal static class StoredModelWriter
{
    /// <summary>Writes the tensors.</summary>
    public static void WriteWeights(
        PretrainedInfo info,
        string folder,
        IEnumerable<(string Name, Tensor Tensor)> tensors
    )
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "graft",
            [NetworkWeights.LayoutKey] = NetworkWeights.OwnLayout,
            ["model"] = info.Name,
            ["licence"] = info.Licence,
            ["source"] = info.Source,
        };
        SafetensorsWriter.Write(Path.Combine(folder, StoredModel.WeightsName), tensors, metadata);
    }

    /// <summary>Writes labels and description. The tensors must have been written before.</summary>
    /// <param name="info">The description of the weights.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="integrity">The digest of the file that the weights were converted from.</param>
    /// <param name="parameters">The number of values in all tensors.</param>
    /// <param name="tensors">The number of tensors.</param>
    public static void Describe(PretrainedInfo info, string folder, string integrity, long parameters, int tensors)
    {
        var files = new List<StoredFile> { FileIn(folder, StoredModel.WeightsName) };
        if (info.Labels is { } labels)
        {
            AtomicFile.Write(Path.Combine(folder, StoredModel.LabelsName), stream =>
                JsonSerializer.Serialize(stream, labels, StoredModelJson.Default.IReadOnlyListString)
            );
            files.Add(FileIn(folder, StoredModel.LabelsName));
        }

        var description = new StoredModel(
            StoredModel.CurrentFormat,
            info.Name,
            info.Origin.Place,
            integrity,
            parameters,
            tensors,
            info.Preprocessing.ToString(),
            info.Licence,
            files,
            info.Origin is ImportedWeights
                ? new StoredImport(info.Architecture.Name, info.ClassCount, info.Preprocessing)
                : null
        );
        AtomicFile.Write(Path.Combine(folder, StoredModel.FileName), stream =>
            JsonSerializer.Serialize(stream, description, StoredModelJson.Default.StoredModel)
        );
    }

    /// <summary>Computes a file's SHA-256, in lower-case hexadecimal digits.</summary>
    public static string Digest(string path)
    {
        using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan
        );
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static StoredFile FileIn(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return new StoredFile(name, new FileInfo(path).Length, Digest(path));
    }
}
