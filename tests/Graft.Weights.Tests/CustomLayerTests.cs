using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Weights.Json;
using Graft.Weights.Onnx;
using Graft.Weights.Onnx.Graphs;
using Graft.Weights.Tests.Onnx;

namespace Graft.Weights.Tests;

/// <summary>The layer of samples/CustomLayer, which Graft does not know, in files.</summary>
public sealed class CustomLayerTests : IDisposable
{
    private static readonly Dictionary<Type, Action<OnnxLayerGraph>> OnnxLayers = new()
    {
        [typeof(SqueezeExcitation)] = SqueezeExcitation.WriteOnnx,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_values_and_gradients_are_right()
    {
        using var layer = new SqueezeExcitation(4, 3);
        var random = new DeterministicRandom(1);
        RandomTensors.FillUniform(layer.Reduce.Value.Span, random);
        RandomTensors.FillUniform(layer.Expand.Value.Span, random);
        using var input = RandomTensors.Uniform(new Shape(2, 3, 2, 4), random);
        LayerHarness.Check(layer, [input], (inputs, parameters) =>
        {
            var output = new DoubleTensor(2, 3, 2, 4);
            for (var image = 0; image < 2; image++)
            for (var c = 0; c < 4; c++)
            {
                var logit = 0.0;
                for (var r = 0; r < 3; r++)
                {
                    var reduced = 0.0;
                    for (var i = 0; i < 24; i++)
                        reduced += inputs[0].Values[(24 * image) + i] / 6 * parameters[0][i % 4, r];
                    logit += Math.Max(0, reduced) * parameters[1][r, c];
                }

                for (var y = 0; y < 3; y++)
                for (var x = 0; x < 2; x++)
                    output[image, y, x, c] = inputs[0][image, y, x, c] / (1 + Math.Exp(-logit));
            }

            return output;
        });
    }

    [Fact]
    public void An_architecture_with_it_is_saved_and_loaded_by_its_registration()
    {
        using var network = Build();
        var path = _folder["custom.json"];
        NetworkJson.Write(path, network, [SqueezeExcitation.Format]);
        using var loaded = NetworkJson.Read(path, [SqueezeExcitation.Format]);
        Assert.Equal(Lines(network), Lines(loaded));
        Assert.Contains(
            "SqueezeExcitation",
            Assert.Throws<WeightsFormatException>(() => NetworkJson.Read(path)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            nameof(LayerFormat),
            Assert.Throws<ArgumentException>(() => NetworkJson.Write(path, network)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "another name",
            Assert
                .Throws<ArgumentException>(() =>
                    NetworkJson.Read(path, [SqueezeExcitation.Format, LayerFormat.Create(() => new ReLU())])
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Its_ONNX_form_gives_the_same_values_in_Graft_and_in_ONNX_Runtime()
    {
        using var network = Build();
        var path = _folder["custom.onnx"];
        OnnxWriter.Write(path, network, new() { Layers = OnnxLayers });
        using var input = NetworkText.RandomInput(network, 3, 5);
        var expected = NetworkText.Run(network, input);
        using var model = OnnxModel.Read(path);
        var read = NetworkText.Run(model.Network, input);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], read[i], 1e-5);
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        var answer = Assert.Single(
            OnnxRuntimePeer.Run([new OnnxRuntimeJob(path, input.Shape.Dimensions.ToArray(), input.Span.ToArray())])
        );
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], answer.Values[i], 1e-5);
    }

    [Fact]
    public void A_layer_without_an_entry_and_an_entry_without_an_output_are_told()
    {
        using var network = Build();
        Assert.Contains(
            nameof(OnnxExportOptions.Layers),
            Assert.Throws<ArgumentException>(() => OnnxWriter.Write(_folder["a.onnx"], network, new())).Message,
            StringComparison.Ordinal
        );
        var silent = new OnnxExportOptions
        {
            Layers = new Dictionary<Type, Action<OnnxLayerGraph>> { [typeof(SqueezeExcitation)] = _ => { } },
        };
        Assert.Contains(
            "no output for node 'se'",
            Assert.Throws<ArgumentException>(() => OnnxWriter.Write(_folder["b.onnx"], network, silent)).Message,
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<string> Lines(Network network) =>
        network.Nodes.Select(node => $"{node.Name}: {node.Layer.Kind} {node.Layer.Configuration}");

    private static Network Build()
    {
        var network = new Network(new Shape(6, 5, 3));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 8,
                    KernelHeight = 3,
                    KernelWidth = 3,
                }
            )
        );
        network.Add("se", new SqueezeExcitation(8, 4));
        network.Add("pool", new GlobalAveragePooling2D());
        network.Add("fc", new Dense(8, 2));
        var random = new DeterministicRandom(7);
        foreach (var (_, parameter) in network.Parameters)
            RandomTensors.FillUniform(parameter.Value.Span, random);
        return network;
    }
}
