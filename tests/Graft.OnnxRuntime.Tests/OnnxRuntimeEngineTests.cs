using Graft.Classification;
using Graft.Engines;
using Graft.Layers;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Benchmarking;

namespace Graft.OnnxRuntime.Tests;

public sealed class OnnxRuntimeEngineTests : IDisposable
{
    private readonly WorkerPool _workers = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workers.Dispose();

    /// <summary>Graft's own engine is tested against PyTorch and against double precision elsewhere.</summary>
    [Theory]
    [InlineData("resnet50")]
    [InlineData("mobilenet_v2")]
    [InlineData("vgg16")]
    [Trait("Category", "Slow")]
    public void Features_are_those_of_Grafts_engine(string name)
    {
        var architecture = Architectures.All.Single(item => item.Name == name);
        using var network = architecture.BuildTrunk(architecture.Preprocessing);
        RandomWeights.Fill(network, 1);
        using var pixels = RandomWeights.Pixels(2, network.InputShape);
        using var expected = Run(GraftEngine.Default, network, null, pixels);
        using var actual = Run(new OnnxRuntimeEngine(), network, null, pixels);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(expected.Span.ToArray().Max() > 0.01f);
        Assert.InRange(Closeness.RelativeDistance(expected.Span, actual.Span), 0, 1e-4);
    }

    [Fact]
    public void Every_node_of_a_network_can_be_the_output()
    {
        using var network = ForeignNetworks.Make();
        using var pixels = RandomWeights.Pixels(3, network.InputShape);
        foreach (var node in network.Nodes)
        {
            using var expected = Run(GraftEngine.Default, network, node.Name, pixels);
            using var actual = Run(new OnnxRuntimeEngine(), network, node.Name, pixels);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.InRange(Closeness.RelativeDistance(expected.Span, actual.Span), 0, 1e-5);
        }

        Assert.Throws<KeyNotFoundException>(() => new OnnxRuntimeEngine().Compile(network, "nowhere"));
    }

    [Fact]
    public void A_compiled_network_does_not_need_the_network_and_serves_several_runners()
    {
        using var network = ForeignNetworks.Make();
        using var pixels = RandomWeights.Pixels(3, network.InputShape);
        using var expected = Run(GraftEngine.Default, network, null, pixels);
        using var compiled = new OnnxRuntimeEngine().Compile(network);
        network.Dispose();
        using var single = new WorkerPool(1);
        using var first = compiled.CreateRunner(3, _workers);
        using var second = compiled.CreateRunner(2, single);
        for (var batch = 1; batch <= 3; batch++)
        {
            using var part = Tensor.From(pixels.Shape.WithBatch(batch), pixels.Rows(0, batch));
            using var actual = first.Run(part);
            Assert.InRange(Closeness.RelativeDistance(expected.Rows(0, batch), actual.Span), 0, 1e-5);
            if (batch > 2)
                continue;
            using var other = second.Run(part);
            Assert.InRange(Closeness.RelativeDistance(expected.Rows(0, batch), other.Span), 0, 1e-5);
        }

        var error = Assert.Throws<ArgumentException>(() => second.Run(pixels));
        Assert.Contains("1 to 2 inputs of [32, 32, 3]", error.Message);
        using var wrong = RandomWeights.Pixels(1, new Shape(16, 16, 3));
        Assert.Throws<ArgumentException>(() => first.Run(wrong));
        Assert.Throws<ArgumentOutOfRangeException>(() => compiled.CreateRunner(0, _workers));
    }

    [Fact]
    public void The_frozen_part_of_training_runs_on_it_with_the_gradients_above()
    {
        using var network = ForeignNetworks.Make();
        network.Freeze();
        network.UnfreezeFrom("head.logits");
        using var pixels = RandomWeights.Pixels(4, network.InputShape);
        using var own = new TrainableNetwork(network, _workers, 4);
        using var other = new TrainableNetwork(network, _workers, 4, new OnnxRuntimeEngine().Compile);
        Assert.Equal(own.BoundaryNode, other.BoundaryNode);
        using var expected = own.ForwardFrozen(pixels);
        using var actual = other.ForwardFrozen(pixels);
        Assert.InRange(Closeness.RelativeDistance(expected.Span, actual.Span), 1e-12, 1e-5);
    }

    [Fact]
    public void A_saved_classifier_predicts_with_it()
    {
        using var folder = new TemporaryFolder();
        var path = TinyClassifier.Write(folder["model.onnx"]);
        var image = folder.PutImage("image.png", 1, 3);
        using var own = Classifier.Load(path);
        using var other = Classifier.Load(path, engine: new OnnxRuntimeEngine());
        var (expected, actual) = (own.Predict(image).Probabilities, other.Predict(image).Probabilities);
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
        var report = ModelVerification.Verify(path, new OnnxRuntimeEngine());
        Assert.True(report.Passed);
        Assert.StartsWith("onnxruntime ", report.Numerics);
        Assert.InRange(report.LargestDifference, 0, 1e-5);
    }

    [Fact]
    public void A_layer_of_ones_own_runs_with_its_entry_and_is_an_error_without()
    {
        using var network = new Network(new Shape(3));
        network.Add("dense", new Dense(3, 2));
        network.Add("square", new Square());
        RandomTensors.FillUniform(network["dense"].Layer.Parameters[0].Value.Span, new(1));
        using var input = RandomTensors.Uniform(new Shape(2, 3), new(2));
        var error = Assert.Throws<EngineException>(() => new OnnxRuntimeEngine().Compile(network));
        Assert.Contains("square", error.Message);
        Assert.Contains("OnnxRuntimeEngine.Layers", error.Message);

        var engine = new OnnxRuntimeEngine
        {
            Layers = new Dictionary<Type, Action<Weights.Onnx.Graphs.OnnxLayerGraph>>
            {
                [typeof(Square)] = graph => graph.Define(graph.Emit("Mul", "", [graph.Input(), graph.Input()])),
            },
        };
        using var expected = Run(GraftEngine.Default, network, null, input);
        using var actual = Run(engine, network, null, input);
        Assert.InRange(Closeness.RelativeDistance(expected.Span, actual.Span), 0, 1e-6);
    }

    [Fact]
    public void A_benchmark_measures_it_but_not_its_layers()
    {
        var request = new BackboneBenchmarkRequest
        {
            Backbone = new() { Name = "resnet18" },
            ImageSize = 32,
            BatchSize = 2,
            Rounds = 1,
            RoundSeconds = 0.01,
            WarmUpSeconds = 0.01,
            PeakSeconds = 0.01,
            Engine = new OnnxRuntimeEngine(),
        };
        var report = BackboneBenchmark.Run(request, null, Token);
        Assert.StartsWith("onnxruntime ", report.Numerics);
        Assert.True(report.ImagesPerSecond.Median > 0);
        Assert.Null(report.Profile);
        var own = BackboneBenchmark.Run(request with { Engine = GraftEngine.Default }, null, Token);
        Assert.Equal(own.GigaoperationsPerImage, report.GigaoperationsPerImage);
        var error = Assert.Throws<ArgumentException>(() =>
            BackboneBenchmark.Run(request with { PerLayer = true }, null, Token)
        );
        Assert.Contains("onnxruntime:cpu", error.Message);
    }

    private Tensor Run(IEngine engine, Network network, string? node, Tensor input)
    {
        using var compiled = engine.Compile(network, node);
        Assert.Equal(network.InputShape, compiled.InputShape);
        Assert.Equal(network.ShapeOf(node ?? network.OutputName), compiled.OutputShape);
        using var runner = compiled.CreateRunner(input.Shape[0], _workers);
        return runner.Run(input);
    }

    /// <summary>A layer that Graft's formats do not know.</summary>
    private sealed class Square : Layer
    {
        public override Shape OutputShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override void Forward(LayerPass pass)
        {
            for (var i = 0; i < pass.Output.Length; i++)
                pass.Output.Span[i] = pass.Input.Span[i] * pass.Input.Span[i];
        }

        public override void Backward(LayerPass pass) => throw new NotSupportedException("This test only runs it.");
    }
}
