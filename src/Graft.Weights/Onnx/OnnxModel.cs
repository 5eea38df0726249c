using Google.Protobuf;
using Graft.Layers.Networks;
using Graft.Weights.Onnx.Graphs;
using Graft.Weights.Onnx.Messages;
using Graft.Weights.Onnx.Operators;

namespace Graft.Weights.Onnx;

/// <summary>
/// A model that was read from an ONNX file: the network with its parameters, and metadata. The model owns the network.
/// It is immutable except for the network, and as thread-safe as the network.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private const string Operation = "Reading the ONNX model";
    private const int OldestIrVersion = 3;
    private const int NewestIrVersion = 12;

    private OnnxModel(
        Network network,
        string inputName,
        string outputName,
        OnnxProducer producer,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        Network = network;
        InputName = inputName;
        OutputName = outputName;
        Producer = producer;
        Metadata = metadata;
    }

    /// <summary>
    /// The network. Its images have their channels last, whatever the file's layout. Its nodes have the names of the
    /// file's nodes. It is disposed with this model.
    /// </summary>
    public Network Network { get; }

    /// <summary>The name of the graph's input.</summary>
    public string InputName { get; }

    /// <summary>The name of the graph's output.</summary>
    public string OutputName { get; }

    /// <summary>The program that wrote the file.</summary>
    public OnnxProducer Producer { get; }

    /// <summary>The file's metadata; empty when the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The image size and the output to read; those of the file when null.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file is damaged or uses an unsupported feature; the message says where.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to read the file is denied.</exception>
    public static OnnxModel Read(string path, OnnxReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var source = ByteSource.Open(path);
        return Read(path, source, options ?? new());
    }

    /// <summary>Reads a model from the bytes of a file.</summary>
    /// <param name="bytes">The whole file; not used after the call.</param>
    /// <param name="options">The image size and the output to read; those of the file when null.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">As for <see cref="Read(string, OnnxReadOptions)"/>.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> bytes, OnnxReadOptions? options = null)
    {
        using var source = ByteSource.From(bytes);
        return Read("bytes in memory", source, options ?? new());
    }

    /// <summary>Disposes the network.</summary>
    public void Dispose() => Network.Dispose();

    private static OnnxModel Read(string file, ByteSource source, OnnxReadOptions options)
    {
        OnnxFile parts;
        try
        {
            parts = OnnxFile.Parse(source);
        }
        catch (Exception exception)
            when (exception is InvalidProtocolBufferException or InvalidDataException or EndOfStreamException)
        {
            throw Error(
                "an ONNX file (a protocol buffer)",
                $"something else: {exception.Message.TrimEnd('.')}",
                OnnxGraphReader.Remedy,
                exception
            );
        }

        var model = parts.Model;
        if (model.IrVersion is < OldestIrVersion or > NewestIrVersion || model.Graph is null)
            throw Error(
                $"a graph of ONNX's IR version {OldestIrVersion} to {NewestIrVersion}",
                model.Graph is null ? "no graph" : $"IR version {model.IrVersion}",
                OnnxGraphReader.Remedy
            );
        var operatorSet = OperatorSet(model);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in model.MetadataProps)
        {
            if (!metadata.TryAdd(entry.Key, entry.Value))
                throw Error("every metadata key once", $"'{entry.Key}' twice", OnnxGraphReader.Remedy);
        }

        using var constants = new OnnxConstants(file, source);
        var (network, input, output) = OnnxGraphReader.Read(
            file,
            parts,
            constants,
            OnnxOperators.Table,
            operatorSet,
            options.OutputName,
            options.ImageSize
        );
        return new OnnxModel(
            network,
            input,
            output,
            new OnnxProducer(model.ProducerName, model.ProducerVersion),
            metadata
        );

        long OperatorSet(ModelProto model)
        {
            var versions = model
                .OpsetImport.Where(set => set.Domain is "" or "ai.onnx")
                .Select(set => set.Version)
                .ToArray();
            if (versions is [>= OnnxOperatorTable.OldestVersion and <= OnnxOperatorTable.NewestVersion])
                return versions[0];
            throw Error(
                $"one operator set (opset) from {OnnxOperatorTable.OldestVersion} to {OnnxOperatorTable.NewestVersion}",
                versions.Length == 1 ? $"{versions[0]}" : $"{versions.Length} of them",
                $"Convert the model to opset {OnnxOperatorTable.WrittenVersion}."
            );
        }

        WeightsFormatException Error(string expected, string found, string remedy, Exception? cause = null) =>
            new(Operation, file, expected, found, remedy, cause);
    }
}
