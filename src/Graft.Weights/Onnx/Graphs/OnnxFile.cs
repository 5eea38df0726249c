using Google.Protobuf;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// The parts of an ONNX file: the model without its initialisers, and the initialisers with the positions of their
/// elements in the file. Elements can thus be read into tensors without an intermediate copy.
/// </summary>
internal sealed class OnnxFile
{
    private const int GraphField = 7;
    private const int InitializerField = 5;
    private const int RawDataField = 9;

    private OnnxFile(ModelProto model, List<(TensorProto, ByteRange?)> initializers)
    {
        Model = model;
        Initializers = initializers;
    }

    /// <summary>The model; its graph has no initialisers.</summary>
    public ModelProto Model { get; }

    /// <summary>The initialisers without their raw data, and the positions of the raw data in the file.</summary>
    public IReadOnlyList<(TensorProto Tensor, ByteRange? RawData)> Initializers { get; }

    /// <summary>Splits a file into its parts.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a protocol buffer.</exception>
    /// <exception cref="InvalidProtocolBufferException">The bytes of a message are invalid.</exception>
    /// <exception cref="EndOfStreamException">The file became shorter.</exception>
    public static OnnxFile Parse(ByteSource source)
    {
        var cursor = new ProtobufCursor(source);
        using var model = new MemoryStream();
        using var graph = new MemoryStream();
        var initializers = new List<(TensorProto, ByteRange?)>();
        var hasGraph = false;
        while (cursor.Position < source.Length)
        {
            var (number, start, content) = cursor.ReadField(source.Length);
            if (number == GraphField && content.IsDelimited)
            {
                hasGraph = true;
                cursor.Position = content.Start;
                ParseGraph(cursor, content.End, graph, initializers);
            }
            else
            {
                cursor.Copy(start, content.End, model);
            }
        }

        var result = Parse(ModelProto.Parser, model);
        if (hasGraph)
            result.Graph = Parse(GraphProto.Parser, graph);
        return new OnnxFile(result, initializers);
    }

    private static void ParseGraph(
        ProtobufCursor cursor,
        long end,
        MemoryStream graph,
        List<(TensorProto, ByteRange?)> initializers
    )
    {
        while (cursor.Position < end)
        {
            var (number, start, content) = cursor.ReadField(end);
            if (number == InitializerField && content.IsDelimited)
            {
                cursor.Position = content.Start;
                initializers.Add(ParseTensor(cursor, content.End));
            }
            else
            {
                cursor.Copy(start, content.End, graph);
            }
        }
    }

    private static (TensorProto, ByteRange?) ParseTensor(ProtobufCursor cursor, long end)
    {
        using var rest = new MemoryStream();
        ByteRange? rawData = null;
        while (cursor.Position < end)
        {
            var (number, start, content) = cursor.ReadField(end);
            if (number == RawDataField && content.IsDelimited)
                rawData = content;
            else
                cursor.Copy(start, content.End, rest);
        }

        return (Parse(TensorProto.Parser, rest), rawData);
    }

    private static T Parse<T>(MessageParser<T> parser, MemoryStream bytes)
        where T : IMessage<T> =>
        parser.WithDiscardUnknownFields(true).ParseFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
}
