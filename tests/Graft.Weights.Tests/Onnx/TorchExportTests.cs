using System.Text.Json;
using Graft.Layers.Autograd;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Weights.Tests.Onnx;

/// <summary>Networks that PyTorch exported give PyTorch's answers; Samples/make_torch_exports.py made them.</summary>
public sealed class TorchExportTests
{
    private const double Tolerance = 1e-5;
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Onnx", "Samples", "torch");
    private static readonly JsonElement Answers = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(Folder, "answers.json")))
        .RootElement;

    public static TheoryData<string> Names => [.. Answers.EnumerateObject().Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_of_PyTorch_gives_its_answers(string name)
    {
        using var model = OnnxModel.Read(PathOf(name));
        AssertAnswers(name, model.Network);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Written_and_read_again_it_is_the_same_network(string name)
    {
        using var model = OnnxModel.Read(PathOf(name));
        var bytes = OnnxRoundTripTests.Write(model.Network, new());
        using var again = OnnxModel.Read(bytes);
        Assert.Equal(NetworkText.Lines(model.Network), NetworkText.Lines(again.Network));
        Assert.Equal(bytes, OnnxRoundTripTests.Write(again.Network, new()));
        AssertAnswers(name, again.Network);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_can_be_cut_frozen_and_trained(string name)
    {
        using var model = OnnxModel.Read(PathOf(name));
        var network = model.Network;
        using var input = Input(name);
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(
            input,
            new PassOptions
            {
                Training = true,
                Random = new DeterministicRandom(1),
                Workers = workers,
            }
        );
        using var gradient = Tensor.Zeros(pass.Output.Shape);
        gradient.Span.Fill(1);
        gradient.Span[0] = 2;
        pass.Backward(gradient);
        Assert.Contains(network.Parameters, pair =>
            pair.Value.Gradient is { } values && values.Span.IndexOfAnyExcept(0f) >= 0
        );
        var middle = network.Nodes[network.Nodes.Count / 2].Name;
        network.CutAt(middle);
        Assert.Equal(middle, network.OutputName);
    }

    [Fact]
    public void Excitation_and_steps_of_activations_become_layers()
    {
        using var model = OnnxModel.Read(PathOf("excitation_opset11"));
        var kinds = model.Network.Nodes.Select(node => node.Layer.Kind).ToArray();
        Assert.Contains("Multiply", kinds);
        Assert.Contains("HardSwish", kinds);
        Assert.Contains("HardSigmoid", kinds);
        Assert.Equal("Dense", kinds[^1]);
    }

    private static void AssertAnswers(string name, Network network)
    {
        using var input = Input(name);
        var expected = Answers
            .GetProperty(name)
            .GetProperty("output")
            .EnumerateArray()
            .Select(value => value.GetDouble())
            .ToArray();
        var actual = NetworkText.Run(network, input);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{name}: value {i} is {actual[i]}, in PyTorch {expected[i]}."
            );
    }

    private static Tensor Input(string name)
    {
        var sizes = Answers
            .GetProperty(name)
            .GetProperty("shape")
            .EnumerateArray()
            .Select(size => size.GetInt32())
            .ToArray();
        var (batch, channels, height, width) = (sizes[0], sizes[1], sizes[2], sizes[3]);
        var input = Tensor.Uninitialized(new Shape(batch, height, width, channels));
        var place = 0;
        for (var image = 0; image < batch; image++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                for (var pixel = 0; pixel < height * width; pixel++, place++)
                    input.Span[(((image * height * width) + pixel) * channels) + channel] = (float)(
                        (place * 7919L % 1000 / 500.0) - 1
                    );
            }
        }

        return input;
    }

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.onnx");
}
