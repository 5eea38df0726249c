using System.Security.Cryptography;
using System.Text;
using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Freezing;
using Graft.Layers.Inference;
using Graft.Models.Networks;
using Graft.Models.Tests.Golden;
using Graft.Tensors;

namespace Graft.Models.Tests;

/// <summary>What the list of architectures says of each, and that it is so.</summary>
public sealed class ArchitectureCatalogueTests
{
    public static TheoryData<string> Names => [.. Architectures.All.Select(architecture => architecture.Name)];

    /// <summary>
    /// Millions of parameters and giga multiply-adds as the documentation of torchvision's weights publishes them.
    /// </summary>
    public static TheoryData<string, double, double> Published =>
        new()
        {
            { "alexnet", 61.1, 0.71 },
            { "vgg11", 132.9, 7.61 },
            { "vgg11_bn", 132.9, 7.61 },
            { "vgg13", 133.0, 11.31 },
            { "vgg13_bn", 133.1, 11.31 },
            { "vgg16", 138.4, 15.47 },
            { "vgg16_bn", 138.4, 15.47 },
            { "vgg19", 143.7, 19.63 },
            { "vgg19_bn", 143.7, 19.63 },
            { "googlenet", 6.6, 1.50 },
            { "resnet18", 11.7, 1.81 },
            { "resnet34", 21.8, 3.66 },
            { "resnet50_v1.5", 25.6, 4.09 },
            { "resnet101_v1.5", 44.5, 7.80 },
            { "resnet152_v1.5", 60.2, 11.51 },
            { "densenet121", 8.0, 2.83 },
            { "densenet169", 14.1, 3.36 },
            { "densenet201", 20.0, 4.29 },
            { "squeezenet1_0", 1.2, 0.82 },
            { "squeezenet1_1", 1.2, 0.35 },
            { "mobilenet_v2", 3.5, 0.30 },
            { "mobilenet_v3_large", 5.5, 0.22 },
            { "mobilenet_v3_small", 2.5, 0.06 },
            { "efficientnet_b0", 5.3, 0.39 },
            { "efficientnet_b1", 7.8, 0.69 },
            { "efficientnet_b2", 9.1, 1.09 },
            { "efficientnet_b3", 12.2, 1.83 },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void Parameters_and_operations_are_the_published_ones(string name, double millions, double giga)
    {
        var cost = Architectures.Find(name).Cost();
        Assert.Equal(millions, Math.Round(cost.Parameters / 1e6, 1));
        Assert.Equal(giga, Math.Round(cost.MultiplyAdds / 1e9, 2));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_operations_names_and_shapes_are_torchvisions(string name)
    {
        var golden = GoldenNetworks.Of(name);
        var architecture = Architectures.Find(name);
        var cost = architecture.Cost();
        Assert.Equal(golden.GetProperty("parameters").GetInt64(), cost.Parameters);
        Assert.Equal(golden.GetProperty("multiplyAdds").GetInt64(), cost.MultiplyAdds);
        using var network = architecture.Build(architecture.Preprocessing);
        var lines = TorchvisionNames
            .Create(network)
            .Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape.Dimensions.ToArray())}]\n")
            .Order(StringComparer.Ordinal);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
        Assert.Equal(golden.GetProperty("stateDict").GetString(), digest);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found_by_name_and_has_its_nodes(string name)
    {
        var architecture = Architectures.Find(name.ToUpperInvariant());
        Assert.Equal(name, architecture.Name);
        var preprocessing = architecture.Preprocessing;
        using var network = architecture.Build(preprocessing, classes: 7);
        Assert.Equal(new Shape(preprocessing.Height, preprocessing.Width, 3), network.InputShape);
        Assert.Equal(architecture.LogitsNode, network.OutputName);
        Assert.Equal(new Shape(7), network.OutputShape);
        Assert.Contains(architecture.SpatialFeatures, architecture.FeatureNodes);
        Assert.Contains(architecture.PooledFeatures, architecture.FeatureNodes);
        Assert.Equal(3, network.ShapeOf(architecture.SpatialFeatures).Rank);
        foreach (var node in architecture.FeatureNodes)
        {
            using var trunk = architecture.Build(preprocessing);
            architecture.CutAtFeatures(trunk, node);
            Assert.Equal(node, trunk.OutputName);
            if (node == architecture.PooledFeatures)
                Assert.Equal(1, trunk.OutputShape.Rank);
        }

        using var usual = architecture.BuildTrunk(preprocessing);
        Assert.Equal(architecture.FeatureNodes[0], usual.OutputName);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_smallest_size_is_the_smallest(string name)
    {
        var architecture = Architectures.Find(name);
        using var network = architecture.Build(architecture.Preprocessing.WithSize(architecture.SmallestSize));
        Assert.Equal(new Shape(1000), network.OutputShape);
        if (architecture.SmallestSize == 1)
            return;
        var error = Assert.Throws<ArgumentException>(() =>
            architecture.Build(architecture.Preprocessing.WithSize(architecture.SmallestSize - 1))
        );
        Assert.Contains("larger image", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stages_divide_all_nodes_behind_preprocessing(string name)
    {
        var architecture = Architectures.Find(name);
        using var network = architecture.Build(architecture.Preprocessing);
        var order = network.Nodes.Select(node => node.Name).ToList();
        var firsts = architecture.Stages.Select(stage => order.IndexOf(stage.FirstNode)).ToArray();
        Assert.Equal(architecture.Preprocessing.HasMeanImage ? 2 : 1, firsts[0]);
        Assert.Equal(firsts.Distinct().Order(), firsts);
        Assert.Equal(architecture.Stages.Count, architecture.Stages.Select(stage => stage.Name).Distinct().Count());

        // The last one makes logits of features; every stage but it has convolutions to train, and unfreezing takes its
        // name.
        Assert.True(order.IndexOf(architecture.SpatialFeatures) < firsts[^1]);
        for (var stage = 0; stage < firsts.Length; stage++)
        {
            var nodes = network
                .Nodes.Skip(firsts[stage])
                .Take((stage + 1 < firsts.Length ? firsts[stage + 1] : order.Count) - firsts[stage]);
            Assert.Contains(nodes, node =>
                node.Layer.Parameters.Any(parameter => parameter.Role == ParameterRole.Weight)
            );
        }

        network.Freeze();
        network.UnfreezeFrom(architecture.Stages[^1].FirstNode);
        Assert.All(network.Nodes.Take(firsts[^1]).SelectMany(node => node.Layer.Parameters), parameter =>
            Assert.False(parameter.Trainable)
        );
    }

    [Fact]
    public void Counting_takes_no_memory_for_weights()
    {
        var before = TensorMemory.Shared.RentedBytes;
        using var network = Architectures.Find("vgg19").Build(Preprocessing.Torchvision(224));
        Assert.Equal(143_667_240, NetworkCost.Compute(network).Parameters);

        // Others may run meanwhile, but not with half a gigabyte.
        Assert.InRange(TensorMemory.Shared.RentedBytes - before, long.MinValue, 300L << 20);
    }

    [Fact]
    public void VGG_has_the_shapes_of_the_paper_at_224_pixels()
    {
        using var network = Architectures.Find("vgg16").Build(Preprocessing.Caffe(224));
        Assert.Equal(new Shape(7, 7, 512), network.ShapeOf("features.30"));
        Assert.Equal(new Shape(25_088), network.ShapeOf(Vgg.FlattenedFeatures));
        Assert.Equal(new Shape(4096), network.ShapeOf(Vgg.FirstHiddenFeatures));
        Assert.Equal(new Shape(4096), network.ShapeOf(Vgg.SecondHiddenFeatures));
    }

    [Fact]
    public void An_unknown_architecture_is_refused_with_the_nearest_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Architectures.Find("mobilenetv2"));
        Assert.Contains(
            "Did you mean 'mobilenet_v2'? Known: alexnet, vgg11, vgg11_bn, ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "mean",
            Assert.Throws<ArgumentException>(() => Architectures.Find("transformer")).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("resnet50", true, "resnet50")]
    [InlineData("resnet50", false, "resnet50_v1.5")]
    [InlineData("resnet101_v1.5", true, "resnet101")]
    [InlineData("ResNet152_V1.5", false, "resnet152_v1.5")]
    [InlineData("resnet34", false, "resnet34")]
    [InlineData("vgg16", true, "vgg16")]
    public void The_names_in_a_file_tell_which_ResNet_it_holds(string name, bool hasBiases, string expected)
    {
        using var network = Architectures
            .Find(hasBiases ? "resnet50" : "resnet50_v1.5")
            .Build(Preprocessing.Torchvision(32));
        Assert.Equal(
            expected,
            Architectures.ForWeights(name, network.Parameters.Select(parameter => parameter.Key)).Name
        );
    }

    /// <summary>MobileNetV2 in the plan: what follows a convolution, sums included, is done by it.</summary>
    [Fact]
    public void The_plan_of_MobileNetV2_has_no_steps_but_convolutions_and_the_pool()
    {
        using var network = Architectures.Find("mobilenet_v2").BuildTrunk(Preprocessing.Torchvision(64));
        using var plan = InferencePlan.Compile(network);
        var convolutions = network.Nodes.Count(node => node.Layer.Kind == "Convolution2D");
        Assert.Equal(52, convolutions);
        // A step may compute several convolutions, one behind the other.
        var computed = plan.Steps.SelectMany(step => step.Split(" > ")).ToArray();
        Assert.Equal(
            convolutions,
            computed.Count(step => step.Contains("Convolution2D + BatchNormalization", StringComparison.Ordinal))
        );
        Assert.Equal(17, computed.Count(step => step.EndsWith("(depthwise)", StringComparison.Ordinal)));
        Assert.Equal(10, computed.Count(step => step.Contains("+ Add", StringComparison.Ordinal)));

        // Besides: preprocessing, perhaps the padding of three channels, the pool.
        Assert.InRange(computed.Length, convolutions + 2, convolutions + 3);
    }

    /// <summary>EfficientNet too: branches that may be left out while training cost nothing.</summary>
    [Fact]
    public void The_plan_of_EfficientNet_adds_and_normalises_within_convolutions()
    {
        using var network = Architectures.Find("efficientnet_b0").BuildTrunk(Preprocessing.Torchvision(64));
        using var plan = InferencePlan.Compile(network);
        Assert.DoesNotContain(plan.Steps, step =>
            step.Contains("StochasticDepth", StringComparison.Ordinal)
            || step.EndsWith(": Add", StringComparison.Ordinal)
        );
        Assert.Equal(9, plan.Steps.Count(step => step.Contains("+ Add", StringComparison.Ordinal)));
        Assert.Equal(16, plan.Steps.Count(step => step.EndsWith(": Multiply", StringComparison.Ordinal)));
    }
}
