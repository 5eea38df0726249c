using Google.Protobuf;
using Graft.Layers.Networks;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx;

/// <summary>
/// A model read from an ONNX file that <see cref="OnnxWriter"/> wrote: the network with its parameters, and what goes with
/// it. Owns the network. Immutable but for the network; thread-safe as far as that is.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private const string Operation = "Reading the ONNX model";
    private const int OldestIrVersion = 4;
    private const int NewestIrVersion = 12;

    private OnnxModel(Network network, string inputName, string outputName, OnnxProducer producer, IReadOnlyDictionary<string, string> metadata)
    {
        Network = network;
        InputName = inputName;
        OutputName = outputName;
        Producer = producer;
        Metadata = metadata;
    }

    /// <summary>The network, with the names, options and parameters it was written with; disposed with this.</summary>
    public Network Network { get; }

    /// <summary>The name of the graph's input.</summary>
    public string InputName { get; }

    /// <summary>The name of the graph's output.</summary>
    public string OutputName { get; }

    /// <summary>The program that wrote the file.</summary>
    public OnnxProducer Producer { get; }

    /// <summary>The texts that go with the network; empty when the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file is damaged, or holds what Graft cannot read; the message says where.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OnnxModel Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (stream.Length > int.MaxValue)
            throw new WeightsFormatException(Operation, path, $"at most {int.MaxValue:N0} bytes", $"{stream.Length:N0}", "ONNX files cannot be larger; get the file again from where it came.");
        return Read(path, parser => parser.ParseFrom(stream));
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The whole file; not needed any more afterwards.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">As for <see cref="Read(string)"/>.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> bytes) => Read("bytes in memory", parser => parser.ParseFrom(bytes.Span));

    /// <summary>Disposes the network.</summary>
    public void Dispose() => Network.Dispose();

    private static OnnxModel Read(string file, Func<MessageParser<ModelProto>, ModelProto> parse)
    {
        ModelProto model;
        try
        {
            model = parse(ModelProto.Parser.WithDiscardUnknownFields(true));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw Error("an ONNX file (a protocol buffer)", $"something else: {exception.Message.TrimEnd('.')}", OnnxGraphReader.Remedy, exception);
        }

        if (model.IrVersion is < OldestIrVersion or > NewestIrVersion || model.Graph is null)
            throw Error($"a graph of ONNX's IR version {OldestIrVersion} to {NewestIrVersion}", model.Graph is null ? "no graph" : $"IR version {model.IrVersion}", OnnxGraphReader.Remedy);
        var operatorSet = OperatorSet(model);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in model.MetadataProps)
        {
            if (!metadata.TryAdd(entry.Key, entry.Value))
                throw Error("every metadata key once", $"'{entry.Key}' twice", OnnxGraphReader.Remedy);
        }

        var (network, input, output) = OnnxGraphReader.Read(file, model.Graph, operatorSet);
        return new OnnxModel(network, input, output, new OnnxProducer(model.ProducerName, model.ProducerVersion), metadata);

        long OperatorSet(ModelProto model)
        {
            var versions = model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx").Select(set => set.Version).ToArray();
            if (versions is [>= OnnxOperators.WrittenVersion and <= OnnxOperators.NewestVersion])
                return versions[0];
            throw Error(
                $"one operator set (opset) from {OnnxOperators.WrittenVersion} to {OnnxOperators.NewestVersion}",
                versions.Length == 1 ? $"{versions[0]}" : $"{versions.Length} of them",
                $"Convert the model to opset {OnnxOperators.WrittenVersion}.");
        }

        WeightsFormatException Error(string expected, string found, string remedy, Exception? cause = null) =>
            new(Operation, file, expected, found, remedy, cause);
    }
}
