using Google.Protobuf;
using Graft.Layers.Networks;
using Graft.Weights.Onnx.Graphs;
using Graft.Weights.Onnx.Messages;
using Graft.Weights.Onnx.Operators;

namespace Graft.Weights.Onnx;

/// <summary>
/// Writes a network as an ONNX file that ONNX Runtime can run and that <see cref="OnnxModel"/> reads back as the same
/// network. Equal networks and options give equal bytes. Thread-safe as long as the network is not modified meanwhile.
/// </summary>
/// <remarks>
/// The graph's input is that of the network: float32 <c>[batch, height, width, channels]</c> or <c>[batch, values]</c>,
/// with a free batch size and all other sizes fixed. ONNX's operators expect images with their channels first. Images
/// are therefore transposed at the input, and back where the layout matters: before flattening and at the output.
/// Layers are written as they are, not folded or fused; ONNX Runtime fuses them itself. Nodes have the names of the
/// network's nodes. Initialisers are named <c>node.parameter</c>.
/// </remarks>
public static class OnnxWriter
{
    // Version 8 of the intermediate representation came with opset 15; every runtime since 2021 reads it.
    private const int IrVersion = 8;

    private const int BufferSize = 1 << 16;

    /// <summary>Writes a file atomically; an existing file is replaced at the end.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <param name="options">Names and metadata.</param>
    /// <exception cref="ArgumentException">
    /// The network cannot be represented in ONNX, or a name is taken or not valid Unicode; the message names it.
    /// </exception>
    /// <exception cref="KeyNotFoundException">
    /// The network has no node <see cref="OnnxExportOptions.OutputNode"/>.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is left as it was.</exception>
    public static void Write(string path, Network network, OnnxExportOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Write(stream, network, options));
    }

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <param name="options">Names and metadata.</param>
    /// <exception cref="ArgumentException">As for <see cref="Write(string, Network, OnnxExportOptions)"/>.</exception>
    /// <exception cref="KeyNotFoundException">As for the other overload.</exception>
    public static void Write(Stream stream, Network network, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        using var builder = new OnnxGraphBuilder(
            network,
            options.OutputNode,
            OnnxOperators.Table.With(options.Layers),
            options.InputName,
            options.OutputName
        );
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = OnnxGraphBuilder.CheckText(options.Producer.Name),
            ProducerVersion = OnnxGraphBuilder.CheckText(options.Producer.Version),
            Graph = builder.Build(),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OnnxOperatorTable.WrittenVersion });
        foreach (var (key, value) in options.Metadata.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            model.MetadataProps.Add(
                new StringStringEntryProto
                {
                    Key = OnnxGraphBuilder.CheckText(key),
                    Value = OnnxGraphBuilder.CheckText(value),
                }
            );
        }

        using var output = new CodedOutputStream(stream, BufferSize, leaveOpen: true);
        model.WriteTo(output);
    }
}
