using Graft.Imaging;
using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Reshaping;
using Graft.Learning.Heads;
using Graft.Models;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Learning.Tests.Heads;

public sealed class HeadSpecificationTests
{
    [Theory]
    [InlineData("linear", HeadKind.Linear, 0, "linear")]
    [InlineData(" Linear ", HeadKind.Linear, 0, "linear")]
    [InlineData("dense", HeadKind.Dense, 128, "dense:128")]
    [InlineData("vgg", HeadKind.Vgg, 256, "vgg:256")]
    [InlineData("VGG:64", HeadKind.Vgg, 64, "vgg:64")]
    [InlineData("dense:7", HeadKind.Dense, 7, "dense:7")]
    [InlineData("conv", HeadKind.Convolution, 100, "conv:100")]
    [InlineData("CONV:1", HeadKind.Convolution, 1, "conv:1")]
    [InlineData("dense:65536", HeadKind.Dense, 65536, "dense:65536")]
    public void Heads_are_named_in_a_word(string text, HeadKind kind, int units, string canonical)
    {
        var head = HeadSpecification.Parse(text);
        Assert.Equal(new HeadSpecification(kind, units), head);
        Assert.Equal(canonical, head.ToString());
        Assert.Equal(head, HeadSpecification.Parse(head.ToString()));
        Assert.Equal(kind == HeadKind.Convolution, head.IsSpatial);
    }

    [Theory]
    [InlineData("")]
    [InlineData("svm")]
    [InlineData("linear:3")]
    [InlineData("dense:")]
    [InlineData("dense:0")]
    [InlineData("dense:-4")]
    [InlineData("dense:1.5")]
    [InlineData("dense:65537")]
    [InlineData("dense:99999999999")]
    [InlineData("conv:1:2")]
    [InlineData("conv 100")]
    public void Anything_else_is_refused_with_the_possibilities(string text)
    {
        var error = Assert.Throws<FormatException>(() => HeadSpecification.Parse(text));
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "'linear', 'dense:128' (hidden units), 'conv:100' (filters on the feature map) or 'vgg:256'",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_dense_head_has_one_hidden_layer()
    {
        using var network = HeadNetworks.Build(
            HeadSpecification.Parse("dense:9"),
            new Shape(20),
            4,
            new DeterministicRandom(1)
        );
        Assert.Equal(new Shape(4), network.OutputShape);
        Assert.Equal(HeadNetworks.LogitsNode, network.OutputName);
        Assert.Equal(["Dense", "ReLU", "Dropout", "Dense"], network.Nodes.Select(node => node.Layer.GetType().Name));
        Assert.Equal((20 * 9) + 9 + (9 * 4) + 4, ParameterCount(network));
    }

    /// <summary>The counts that the object-recognition tutorial prints for Caltech's 100 classes.</summary>
    [Fact]
    public void A_VGG_head_is_the_one_of_the_tutorial()
    {
        var vgg = Architectures.Find("vgg16");
        using var network = HeadNetworks.BuildWhole(
            vgg,
            vgg.Preprocessing,
            HeadSpecification.Parse("vgg"),
            100,
            new DeterministicRandom(1)
        );
        Assert.Equal(
            ["Dense", "ReLU", "Dropout", "Dense", "LogSoftmax"],
            network.Nodes.TakeLast(5).Select(node => node.Layer.Kind)
        );
        Assert.Equal(["classifier.3", "classifier.4"], network.Nodes.SkipLast(5).TakeLast(2).Select(node => node.Name));
        Assert.Equal(135_335_076, ParameterCount(network));
        Assert.Equal(
            1_074_532,
            network.Parameters.Where(pair => pair.Value.Trainable).Sum(pair => pair.Value.Shape.ElementCount)
        );
        var summary = network.Summary();
        Assert.Contains(
            "Total parameters: 135,335,076\nTrainable parameters: 1,074,532\n",
            summary,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("linear", "avgpool", (512 * 10) + 10)]
    [InlineData("dense:9", "avgpool", (512 * 9) + 9 + (9 * 10) + 10)]
    [InlineData("conv:9", "layer4.1.relu2", (512 * 9 * 4) + 9 + (9 * 10) + 10)]
    public void A_head_is_put_on_the_features_that_it_takes_and_all_before_is_frozen(
        string text,
        string node,
        long trainable
    )
    {
        var resnet = Architectures.Find("resnet18");
        using var network = HeadNetworks.BuildWhole(
            resnet,
            resnet.Preprocessing,
            HeadSpecification.Parse(text),
            10,
            new DeterministicRandom(1)
        );
        Assert.Equal(
            node,
            network.Nodes.Last(candidate => !candidate.Name.StartsWith("head.", StringComparison.Ordinal)).Name
        );
        Assert.Equal(
            trainable,
            network.Parameters.Where(pair => pair.Value.Trainable).Sum(pair => pair.Value.Shape.ElementCount)
        );
        Assert.Equal(new Shape(10), network.OutputShape);
    }

    [Fact]
    public void A_VGG_head_is_put_on_a_VGG_only()
    {
        var resnet = Architectures.Find("resnet18");
        var error = Assert.Throws<ArgumentException>(() =>
            HeadNetworks.BuildWhole(
                resnet,
                resnet.Preprocessing,
                HeadSpecification.Parse("vgg"),
                10,
                new DeterministicRandom(1)
            )
        );
        Assert.All(["vgg:256", "4096 values", "[512]", "vgg16"], part =>
            Assert.Contains(part, error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_convolution_head_is_the_one_of_the_articles()
    {
        using var network = HeadNetworks.Build(
            HeadSpecification.Parse("conv:11"),
            new Shape(7, 5, 20),
            3,
            new DeterministicRandom(1)
        );
        Assert.Equal(new Shape(3), network.OutputShape);
        Assert.Equal(
            ["Convolution2D", "Dropout", "GlobalAveragePooling2D", "Dropout", "Dense"],
            network.Nodes.Select(node => node.Layer.GetType().Name)
        );
        Assert.Equal(new Shape(6, 4, 11), network.ShapeOf(network.Nodes[0].Name));
        Assert.Equal((2 * 2 * 20 * 11) + 11 + (11 * 3) + 3, ParameterCount(network));
    }

    [Fact]
    public void A_convolution_head_on_tokens_has_a_dense_layer_for_each()
    {
        using var network = HeadNetworks.Build(
            HeadSpecification.Parse("conv:11"),
            new Shape(7, 20),
            3,
            new DeterministicRandom(1)
        );
        Assert.Equal(
            ["Dense", "Dropout", "GlobalAveragePooling1D", "Dropout", "Dense"],
            network.Nodes.Select(node => node.Layer.Kind)
        );
        Assert.Equal((20 * 11) + 11 + (11 * 3) + 3, ParameterCount(network));

        using var tokens = RandomTensors.Uniform(new Shape(2, 7, 20), new DeterministicRandom(2));
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(tokens, new PassOptions { Workers = workers });
        Closeness.Demand(NetworkOracle.Apply(network, DoubleTensor.From(tokens)), pass.Output, 1e-5, "logits");
    }

    /// <summary>An architecture may have tokens where others have a feature map, pooled by a node or by the cut.</summary>
    [Theory]
    [InlineData("conv:9", "dense", (6 * 9) + 9 + (9 * 10) + 10)]
    [InlineData("linear", "pooled", (6 * 10) + 10)]
    public void A_head_is_put_on_an_architecture_of_tokens(string text, string node, long trainable)
    {
        var architecture = new Architecture
        {
            Name = "tokens",
            Title = "Tokens",
            Paper = "none",
            Preprocessing = Preprocessing.Torchvision(8),
            SmallestSize = 1,
            AddLayers = (builder, classes) =>
            {
                builder.BeginStage("body");
                builder.Network.Add("tokens", new ImageToTokens());
                builder.Network.Add("dense", new Dense(3, 6));
                builder.MarkSpatialFeatures();
                builder.NamePooledFeatures("pooled");
                builder.BeginStage("classifier");
                builder.Network.Add("logits", new Dense(6, classes));
                builder.Network.Add("answer", new GlobalAveragePooling1D());
                builder.MarkLogits();
            },
        };
        using var network = HeadNetworks.BuildWhole(
            architecture,
            architecture.Preprocessing,
            HeadSpecification.Parse(text),
            10,
            new DeterministicRandom(1)
        );
        Assert.Equal(
            node,
            network.Nodes.Last(candidate => !candidate.Name.StartsWith("head.", StringComparison.Ordinal)).Name
        );
        Assert.Equal(
            trainable,
            network.Parameters.Where(pair => pair.Value.Trainable).Sum(pair => pair.Value.Shape.ElementCount)
        );
        Assert.Equal(new Shape(10), network.OutputShape);
        Assert.Equal(
            [6],
            ArchitectureDescription.Create(architecture, []).FeatureNodes.Single(item => item.Node == "pooled").Shape
        );
    }

    [Theory]
    [InlineData("dense", new[] { 5, 8 }, "[channels]")]
    [InlineData("dense", new[] { 2, 2, 8 }, "[channels]")]
    [InlineData("conv", new[] { 8 }, "[height, width, channels]")]
    [InlineData("conv", new[] { 8 }, "[tokens, channels]")]
    [InlineData("conv", new[] { 1, 1, 8 }, "--image-size")]
    public void Features_that_do_not_suit_a_head_are_refused(string head, int[] shape, string message)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            HeadNetworks.Build(HeadSpecification.Parse(head), new Shape(shape), 2, new DeterministicRandom(1))
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static long ParameterCount(Network network) =>
        network.Parameters.Sum(pair => pair.Value.Shape.ElementCount);
}
