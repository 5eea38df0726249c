using System.Security.Cryptography;
using System.Text.Json;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Safetensors;
using Graft.Weights.TfJs;

namespace Graft.Models;

/// <summary>
/// Turns an unpacked package into the files Graft keeps: weights under the network's names, labels, and a description with
/// the digests of both. Convolution kernels stay <c>[height, width, input, output]</c>, dense ones <c>[input, output]</c>.
/// Equal packages give equal bytes.
/// </summary>
internal static class PretrainedConversion
{
    private const string Operation = "Converting the model";

    /// <summary>Converts the package in <paramref name="source"/> into the existing folder <paramref name="target"/>.</summary>
    /// <exception cref="WeightsFormatException">The package does not hold what the catalogue says.</exception>
    public static void Convert(PretrainedInfo info, string source, string target, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var labels = Labels(info, Path.Combine(source, info.LabelsPath));
        var tensors = ConvertWeights(info, TfJsModel.Open(Path.Combine(source, info.ModelPath)), Path.Combine(target, StoredModel.WeightsName), progress, cancellationToken);
        AtomicFile.Write(
            Path.Combine(target, StoredModel.LabelsName),
            stream => JsonSerializer.Serialize(stream, labels, StoredModelJson.Default.IReadOnlyListString));
        var description = new StoredModel(
            StoredModel.CurrentFormat,
            info.Name,
            info.Package.ToString(),
            info.Package.Integrity,
            info.ParameterCount,
            tensors,
            info.Preprocessing.ToString(),
            info.Licence,
            [Describe(target, StoredModel.WeightsName), Describe(target, StoredModel.LabelsName)]);
        AtomicFile.Write(
            Path.Combine(target, StoredModel.FileName),
            stream => JsonSerializer.Serialize(stream, description, StoredModelJson.Default.StoredModel));
    }

    /// <summary>A file's SHA-256 in lower-case hexadecimal digits.</summary>
    public static string Digest(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        return System.Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static StoredFile Describe(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return new StoredFile(name, new FileInfo(path).Length, Digest(path));
    }

    private static int ConvertWeights(PretrainedInfo info, TfJsModel model, string target, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        Check(info, model);
        var total = info.ParameterCount * sizeof(float);
        var done = 0L;
        var tensors = new List<(string, Tensor)>();
        try
        {
            foreach (var (name, tensor) in model.ReadWeights())
            {
                tensors.Add((info.TensorNames[name], tensor));
                cancellationToken.ThrowIfCancellationRequested();
                done += tensor.Length * sizeof(float);
                progress?.Report(new PullProgress(PullPhase.Convert, done, total));
            }

            var metadata = new Dictionary<string, string>
            {
                ["format"] = "graft",
                ["layout"] = "hwio",
                ["model"] = info.Name,
                ["licence"] = info.Licence,
                ["source"] = info.Source,
            };
            SafetensorsWriter.Write(target, tensors, metadata);
        }
        finally
        {
            foreach (var (_, tensor) in tensors)
                tensor.Dispose();
        }

        return tensors.Count;
    }

    private static void Check(PretrainedInfo info, TfJsModel model)
    {
        var found = model.Weights.Select(static weight => weight.Name).ToHashSet(StringComparer.Ordinal);
        var missing = info.TensorNames.Keys.Where(name => !found.Contains(name)).ToArray();
        var unknown = found.Where(name => !info.TensorNames.ContainsKey(name)).ToArray();
        if (missing.Length > 0 || unknown.Length > 0)
            throw Error(model.Path, $"the {info.TensorNames.Count} tensors of {info.Name}", $"{missing.Length} missing [{Some(missing)}] and {unknown.Length} unknown [{Some(unknown)}]");
        var parameters = model.Weights.Sum(static weight => weight.Shape.ElementCount);
        if (parameters != info.ParameterCount)
            throw Error(model.Path, $"{info.ParameterCount:N0} parameters", $"{parameters:N0}");
    }

    private static string Some(string[] names) => string.Join(", ", names.Take(3)) + (names.Length > 3 ? ", ..." : "");

    private static IReadOnlyList<string> Labels(PretrainedInfo info, string path)
    {
        Dictionary<string, string>? byNumber;
        try
        {
            byNumber = JsonSerializer.Deserialize(File.ReadAllBytes(path), StoredModelJson.Default.DictionaryStringString);
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw Error(path, "a JSON object from class numbers to labels", exception.Message, exception);
        }

        if (byNumber?.Count != info.ClassCount)
            throw Error(path, $"{info.ClassCount:N0} labels", $"{byNumber?.Count ?? 0:N0}");
        return [.. Enumerable.Range(0, info.ClassCount).Select(number =>
            byNumber.GetValueOrDefault($"{number}") ?? throw Error(path, $"a label for class {number}", "none"))];
    }

    private static WeightsFormatException Error(string path, string expected, string found, Exception? cause = null) =>
        new(Operation, path, expected, found, "The package is not the one the catalogue describes; see which version of Graft this is, and whether there is a newer one.", cause);
}
