using Graft.Layers.Networks;
using Graft.Models;
using Graft.Weights;
using Graft.Weights.Keras;
using Graft.Weights.Onnx;
using Graft.Weights.TfJs;

namespace Graft.Classification;

/// <summary>
/// Writes a classifier for other programs, whole and in parts: trunk from pixels to features, head from features to
/// probabilities.
/// </summary>
public static class ModelExport
{
    /// <summary>
    /// Writes what is asked for. Every file is written whole or not at all; what was there under the same name is
    /// replaced.
    /// </summary>
    /// <param name="model">A <c>model.onnx</c> that Graft wrote.</param>
    /// <param name="format">As what.</param>
    /// <param name="parts">Which parts.</param>
    /// <param name="output">
    /// The folder that files go to, made when it is missing: <c>classifier</c>, <c>trunk</c> and <c>head</c> with the
    /// format's endings.
    /// </param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="WeightsFormatException">The file is no Graft classifier, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be read, or another cannot be written.</exception>
    /// <exception cref="ArgumentException">
    /// A layer cannot be told in that format; nothing of that part is written, the message names the layer.
    /// </exception>
    public static ExportReport Run(
        string model,
        ExportFormat format,
        ModelParts parts,
        string output,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentException.ThrowIfNullOrEmpty(output);
        using var file = ClassifierFile.Read(model);
        RequireFolder(model, output);
        var texts = file.Metadata.ToTexts();
        var files = new List<ExportedFile>();
        if (parts.HasFlag(ModelParts.Classifier))
            files.Add(Write(ModelParts.Classifier, file.Network, format, output, texts));
        if ((parts & (ModelParts.Trunk | ModelParts.Head)) != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var head = file.Network.SplitAfter(file.Metadata.FeatureNode);
            if (parts.HasFlag(ModelParts.Trunk))
                files.Add(
                    Write(
                        ModelParts.Trunk,
                        file.Network,
                        format,
                        output,
                        ClassifierMetadata.TrunkTexts(file.Metadata.Preprocessing, file.Metadata.FeatureNode)
                    )
                );
            cancellationToken.ThrowIfCancellationRequested();
            if (parts.HasFlag(ModelParts.Head))
                files.Add(
                    Write(ModelParts.Head, head, format, output, ClassifierMetadata.HeadTexts(file.Metadata.ClassNames))
                );
        }

        return new ExportReport(Path.GetFullPath(model), format, Path.GetFullPath(output), files);
    }

    private static void RequireFolder(string model, string output)
    {
        if (File.Exists(output))
            throw new IOException(
                $"Exporting '{model}' failed: '{output}' is a file, a folder was expected. Name a folder that is "
                    + $"there, or a new one."
            );
    }

    private static ExportedFile Write(
        ModelParts part,
        Network network,
        ExportFormat format,
        string folder,
        IReadOnlyDictionary<string, string> texts
    )
    {
        var stem = Path.Combine(Path.GetFullPath(folder), part.ToString().ToLowerInvariant());
        string[] written;
        switch (format)
        {
            case ExportFormat.Onnx:
                written = [stem + ".onnx"];
                var (input, output) = (
                    part == ModelParts.Head ? "features" : "pixels",
                    part == ModelParts.Trunk ? "features" : "probabilities"
                );
                OnnxWriter.Write(
                    written[0],
                    network,
                    new OnnxExportOptions
                    {
                        InputName = input,
                        OutputName = output,
                        Metadata = texts,
                    }
                );
                break;
            case ExportFormat.Safetensors:
                written = [stem + ".safetensors"];
                NetworkWeights.SaveTorchvision(network, written[0], texts);
                break;
            case ExportFormat.TensorFlowJs:
                TfJsWriter.Write(stem, network, texts);
                written =
                [
                    Path.Combine(stem, "model.json"),
                    .. TfJsModel.Open(Path.Combine(stem, "model.json")).Shards,
                ];
                break;
            default:
                written = [stem + ".json", stem + ".weights.safetensors"];
                // The weights first: an architecture that is there has its weights beside it.
                KerasArchitecture.WriteWeights(written[1], network, texts);
                KerasArchitecture.Write(written[0], network);
                break;
        }

        return new ExportedFile(
            part,
            written[0],
            written.Sum(path => new FileInfo(path).Length),
            network.InputShape.Dimensions.ToArray(),
            network.OutputShape.Dimensions.ToArray()
        );
    }
}
