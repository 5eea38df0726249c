using System.Text.Json;
using Graft.Weights.Keras;
using Graft.Weights.TfJs;

namespace Graft.Weights.Tests.TfJs;

/// <summary>Reads models that TensorFlow.js described and decoded itself; Samples/make-samples.mjs made them.</summary>
public sealed class TfJsModelTests
{
    [Theory]
    [InlineData("float32")]
    [InlineData("uint8")]
    [InlineData("uint16")]
    [InlineData("float16")]
    public void Every_tensor_has_the_values_that_TensorFlow_js_decodes(string sample)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Sample(sample, "expected.json")));
        var model = TfJsModel.Open(Sample(sample, "model.json"));
        var seen = 0;
        foreach (var (name, tensor) in model.ReadWeights())
        {
            using (tensor)
            {
                var values = expected.RootElement.GetProperty(name);
                Assert.Equal(
                    values.GetProperty("shape").EnumerateArray().Select(item => item.GetInt32()),
                    tensor.Shape.Dimensions.ToArray()
                );
                Assert.Equal(
                    values.GetProperty("values").EnumerateArray().Select(item => item.GetSingle()),
                    tensor.Span.ToArray()
                );
                Assert.Equal(name, model.Weights[seen++].Name);
            }
        }

        Assert.Equal(expected.RootElement.EnumerateObject().Count(), seen);
    }

    [Fact]
    public void The_samples_cross_shard_borders_inside_elements()
    {
        // Else the test above would not show that it works.
        Assert.NotEqual(0, new FileInfo(Sample("uint16", "group1-shard1of4.bin")).Length % sizeof(ushort));
        Assert.True(new FileInfo(Sample("float32", "group1-shard1of7.bin")).Length < 3 * 3 * 3 * 4 * sizeof(float));
    }

    [Fact]
    public void Quantization_is_told()
    {
        var model = TfJsModel.Open(Sample("uint8", "model.json"));
        var kernel = Assert.Single(model.Weights, weight => weight.Name == "conv/kernel");
        Assert.Equal("float32", kernel.ElementType);
        Assert.Equal("uint8", kernel.StoredType);
        Assert.InRange(kernel.Quantization!.Scale, 1e-4, 1e-2);
        Assert.Null(TfJsModel.Open(Sample("float32", "model.json")).Weights[0].Quantization);
    }

    [Fact]
    public void A_graph_of_layers_is_told_with_its_connections()
    {
        var model = TfJsModel.Open(Sample("float32", "model.json"));
        Assert.Equal("tiny", model.Name);
        Assert.Equal(
            [
                "InputLayer pixels",
                "Conv2D conv",
                "BatchNormalization bn",
                "Add add",
                "GlobalAveragePooling2D pool",
                "Dense fc",
            ],
            model.Layers.Select(layer => $"{layer.ClassName} {layer.Name}")
        );
        Assert.Equal(
            [new KerasInboundNode("conv", 0, 0), new KerasInboundNode("bn", 0, 0)],
            Assert.Single(model.Layers[3].InboundNodes)
        );
        Assert.Empty(model.Layers[0].InboundNodes);
        Assert.Equal([new KerasInboundNode("pixels", 0, 0)], model.Inputs);
        Assert.Equal([new KerasInboundNode("fc", 0, 0)], model.Outputs);
        Assert.Equal("same", model.Layers[1].Config.GetProperty("padding").GetString());
    }

    [Fact]
    public void A_row_of_layers_is_told_as_a_graph()
    {
        var model = TfJsModel.Open(Sample("float16", "model.json"));
        Assert.Equal("row", model.Name);
        Assert.Equal(["first", "second"], model.Layers.Select(layer => layer.Name).TakeLast(2));
        Assert.Equal([new KerasInboundNode("first", 0, 0)], Assert.Single(model.Layers[^1].InboundNodes));
        Assert.Equal([new KerasInboundNode("second", 0, 0)], model.Outputs);
    }

    private static string Sample(string name, string file) =>
        Path.Combine(AppContext.BaseDirectory, "TfJs", "Samples", name, file);
}
