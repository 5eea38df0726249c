using Graft.Tensors;
using Graft.Testing.TensorFlowJs;
using Graft.Weights.Tests.Onnx;
using Graft.Weights.TfJs;

namespace Graft.Weights.Tests.TfJs;

/// <summary>
/// TensorFlow.js computes from the models what Graft computes: from those Graft wrote, and from Keras's own.
/// </summary>
[Trait("Category", "Slow")]
public sealed class TensorFlowJsTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const double QuantisedTolerance = 1e-3;

    /// <summary>What Keras has no layers for; the writer says so.</summary>
    private static readonly string[] Refused =
    [
        "convolution in groups",
        "maximum pooling",
        "maximum pooling that rounds up",
        "average pooling that leaves the padding out",
        "zero padding before a pooling with padding",
        "preprocessing: a mean image",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("graft-tfjs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_layer_gives_the_same_values_in_TensorFlow_js()
    {
        SkipWithoutPeer();
        // A concatenation of one is no layer there, and a model of none is no model.
        var names = LayerNetworks.Names.Except(Refused).Except(["concatenation of one"]).ToArray();
        var jobs = new List<TensorFlowJsJob>();
        var expected = new List<(Shape Shape, float[] Values)>();
        foreach (var name in names)
        {
            using var network = LayerNetworks.Build(name);
            using var input = NetworkText.RandomInput(network, 2, (ulong)jobs.Count);
            var folder = Path.Combine(_folder, $"{jobs.Count}");
            TfJsWriter.Write(folder, network);
            jobs.Add(
                new TensorFlowJsJob(
                    Path.Combine(folder, "model.json"),
                    input.Shape.Dimensions.ToArray(),
                    input.Span.ToArray()
                )
            );
            expected.Add((new Shape([2, .. network.OutputShape.Dimensions]), NetworkText.Run(network, input)));
            using var again = TfJsNetwork.Read(TfJsModel.Open(jobs[^1].Model));
            AssertClose(name, expected[^1].Values, NetworkText.Run(again, input), Tolerance);
        }

        var answers = TensorFlowJsPeer.Run(jobs);
        Assert.Equal(jobs.Count, answers.Count);
        for (var i = 0; i < answers.Count; i++)
        {
            Assert.Equal(expected[i].Shape.Dimensions.ToArray(), answers[i].Shape);
            AssertClose(names[i], expected[i].Values, answers[i].Values, Tolerance);
        }
    }

    [Fact]
    public void Layers_without_a_counterpart_are_refused_by_name()
    {
        foreach (var name in Refused)
        {
            using var network = LayerNetworks.Build(name);
            var error = Assert.Throws<ArgumentException>(() => TfJsWriter.Write(_folder, network));
            Assert.Contains("node 'node", error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(_folder));
        }
    }

    [Theory]
    [InlineData("mobilenet_v2", 224)]
    [InlineData("inception_v3", 299)]
    public void Quantised_models_of_Keras_give_the_answers_of_TensorFlow_js(string name, int size)
    {
        SkipWithoutPeer();
        var pixels = Enumerable.Range(0, size * size * 3).Select(i => (float)((i * 7919L % 1000) / 1000.0)).ToArray();
        var answer = TensorFlowJsPeer.Run(new TensorFlowJsJob($"nsfwjs:{name}", [1, size, size, 3], pixels, _folder))[
            0
        ];
        using var network = TfJsNetwork.Read(TfJsModel.Open(Path.Combine(_folder, "model.json")));
        Assert.Equal(new Shape(size, size, 3), network.InputShape);
        using var input = Tensor.Uninitialized(new Shape(1, size, size, 3));
        pixels.CopyTo(input.Span);
        AssertClose(name, answer.Values, NetworkText.Run(network, input), QuantisedTolerance);
        Assert.Equal(5, answer.Values.Length);
        Assert.Equal(1, answer.Values.Sum(), 1e-4);
    }

    private static void SkipWithoutPeer()
    {
        if (TensorFlowJsPeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
    }

    private static void AssertClose(string name, float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * scale,
                $"{name}: value {i} is {actual[i]}, expected {expected[i]}."
            );
    }
}
