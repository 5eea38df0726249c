using Graft.Layers.Networks;
using Graft.Models;
using Graft.Weights;
using Graft.Weights.Keras;
using Graft.Weights.Onnx;
using Graft.Weights.TfJs;

namespace Graft.Classification;

/// <summary>
/// Exports a classifier for other programs, whole or in parts: the trunk (pixels to features) and the head (features to
/// probabilities). Thread-safe.
/// </summary>
public static class ModelExport
{
    /// <summary>Exports parts of a classifier. Each file is written atomically and replaces an existing one.</summary>
    /// <param name="model">A <c>model.onnx</c> written by Graft.</param>
    /// <param name="format">The file format.</param>
    /// <param name="parts">The parts to export.</param>
    /// <param name="output">
    /// The output folder, created if missing. Files are named <c>classifier</c>, <c>trunk</c> and <c>head</c>, with the
    /// format's extension.
    /// </param>
    /// <param name="cancellationToken">Cancels the work between two files.</param>
    /// <exception cref="WeightsFormatException">The file is not a Graft classifier, or is damaged.</exception>
    /// <exception cref="IOException">The model cannot be read, or an output file cannot be written.</exception>
    /// <exception cref="ArgumentException">
    /// The format does not support a layer, which the message names. That part is not written.
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
                $"Exporting '{model}' failed: '{output}' is a file, a folder was expected. Name an existing "
                    + $"folder or a new one."
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
                // Weights first, so that an architecture file never exists without its weights.
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
