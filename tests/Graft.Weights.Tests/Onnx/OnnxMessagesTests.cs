using System.Runtime.InteropServices;
using Google.Protobuf;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Tests.Onnx;

/// <summary>Reads the model that PyTorch's exporter wrote; Samples/make_sample.py made it.</summary>
public sealed class OnnxMessagesTests
{
    private static readonly byte[] Bytes = File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "Onnx", "Samples", "tiny.onnx")
    );

    [Fact]
    public void A_model_of_another_program_is_read()
    {
        var model = ModelProto.Parser.ParseFrom(Bytes);
        Assert.Equal("pytorch", model.ProducerName);
        Assert.Equal(13, Assert.Single(model.OpsetImport).Version);
        Assert.Equal(
            ["Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm"],
            model.Graph.Node.Select(node => node.OpType)
        );

        var attributes = model.Graph.Node[0].Attribute.ToDictionary(attribute => attribute.Name);
        Assert.Equal([1, 1, 1, 1], attributes["pads"].Ints);
        Assert.Equal((AttributeProto.Types.AttributeType.Int, 1), (attributes["group"].Type, attributes["group"].I));
        Assert.Equal(1f, model.Graph.Node[4].Attribute.Single(attribute => attribute.Name == "alpha").F);

        var shape = Assert.Single(model.Graph.Input).Type.TensorType.Shape.Dim;
        Assert.Equal("batch", shape[0].DimParam);
        Assert.Equal([3, 5, 6], shape.Skip(1).Select(dimension => dimension.DimValue));

        var bias = Assert.Single(model.Graph.Initializer, tensor => tensor.Name == "4.bias");
        Assert.Equal([4], bias.Dims);
        Assert.Equal((int)TensorProto.Types.DataType.Float, bias.DataType);
        Assert.Equal([0.5f, -1.25f, 3f, 0f], MemoryMarshal.Cast<byte, float>(bias.RawData.Span).ToArray());
    }

    [Fact]
    public void The_messages_know_every_field_of_that_model()
    {
        var known = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(Bytes);
        var all = ModelProto.Parser.ParseFrom(Bytes);
        Assert.Equal(all.ToByteArray(), known.ToByteArray());
        Assert.Equal(all, ModelProto.Parser.ParseFrom(known.ToByteArray()));
    }

    [Fact]
    public void A_zero_that_was_set_is_written()
    {
        var attribute = new AttributeProto
        {
            Name = "axis",
            Type = AttributeProto.Types.AttributeType.Int,
            I = 0,
        };
        Assert.True(AttributeProto.Parser.ParseFrom(attribute.ToByteArray()).HasI);
        Assert.False(attribute.HasF);
    }
}
