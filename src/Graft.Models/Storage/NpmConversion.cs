using System.Text.Json;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.TfJs;

namespace Graft.Models.Storage;

/// <summary>
/// Converts the TensorFlow.js model in an unpacked package to the files of the store. Convolution kernels stay
/// <c>[height, width, inputs, outputs]</c>, dense kernels <c>[inputs, outputs]</c>. Equal packages give equal bytes.
/// </summary>
internal static class NpmConversion
{
    private const string Operation = "Converting the model";

    /// <summary>
    /// Converts the package in <paramref name="source"/> into the existing folder <paramref name="target"/>.
    /// </summary>
    /// <exception cref="WeightsFormatException">The content does not match the catalogue.</exception>
    public static void Convert(
        PretrainedInfo info,
        NpmWeights origin,
        string source,
        string target,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var labels = Labels(info, Path.Combine(source, origin.LabelsPath));
        ConvertWeights(
            info,
            origin,
            TfJsModel.Open(Path.Combine(source, origin.ModelPath)),
            target,
            progress,
            cancellationToken
        );
        StoredModelWriter.Describe(
            info with
            {
                Labels = labels,
            },
            target,
            origin.Package.Integrity,
            origin.ParameterCount,
            origin.TensorNames.Count
        );
    }

    private static void ConvertWeights(
        PretrainedInfo info,
        NpmWeights origin,
        TfJsModel model,
        string target,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        Check(info, origin, model);
        var total = origin.ParameterCount * sizeof(float);
        var done = 0L;
        var tensors = new List<(string, Tensor)>();
        try
        {
            foreach (var (name, tensor) in model.ReadWeights())
            {
                tensors.Add((origin.TensorNames[name], tensor));
                cancellationToken.ThrowIfCancellationRequested();
                done += tensor.Length * sizeof(float);
                progress?.Report(new PullProgress(PullPhase.Convert, done, total));
            }

            StoredModelWriter.WriteWeights(info, target, tensors);
        }
        finally
        {
            foreach (var (_, tensor) in tensors)
                tensor.Dispose();
        }
    }

    private static void Check(PretrainedInfo info, NpmWeights origin, TfJsModel model)
    {
        var found = model.Weights.Select(static weight => weight.Name).ToHashSet(StringComparer.Ordinal);
        var missing = origin.TensorNames.Keys.Where(name => !found.Contains(name)).ToArray();
        var unknown = found.Where(name => !origin.TensorNames.ContainsKey(name)).ToArray();
        if (missing.Length > 0 || unknown.Length > 0)
            throw Error(
                model.Path,
                $"the {origin.TensorNames.Count} tensors of {info.Name}",
                $"{missing.Length} missing [{Some(missing)}] and {unknown.Length} unknown [{Some(unknown)}]"
            );
        var parameters = model.Weights.Sum(static weight => weight.Shape.ElementCount);
        if (parameters != origin.ParameterCount)
            throw Error(model.Path, $"{origin.ParameterCount:N0} parameters", $"{parameters:N0}");
    }

    private static string Some(string[] names) => string.Join(", ", names.Take(3)) + (names.Length > 3 ? ", ..." : "");

    private static IReadOnlyList<string> Labels(PretrainedInfo info, string path)
    {
        Dictionary<string, string>? byNumber;
        try
        {
            byNumber = JsonSerializer.Deserialize(
                File.ReadAllBytes(path),
                StoredModelJson.Default.DictionaryStringString
            );
        }
        catch (Exception exception)
            when (exception is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw Error(path, "a JSON object from class numbers to labels", exception.Message, exception);
        }

        if (byNumber?.Count != info.ClassCount)
            throw Error(path, $"{info.ClassCount:N0} labels", $"{byNumber?.Count ?? 0:N0}");
        return
        [
            .. Enumerable
                .Range(0, info.ClassCount)
                .Select(number =>
                    byNumber.GetValueOrDefault($"{number}") ?? throw Error(path, $"a label for class {number}", "none")
                ),
        ];
    }

    private static WeightsFormatException Error(string path, string expected, string found, Exception? cause = null) =>
        new(
            Operation,
            path,
            expected,
            found,
            "The package is not the one that the catalogue describes; check whether there is a newer version of "
                + "Graft.",
            cause
        );
}
