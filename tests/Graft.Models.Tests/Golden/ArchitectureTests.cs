using System.Text.Json;
using Graft.Layers;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests.Golden;

/// <summary>VGG-16 and MobileNetV2 against numbers that torchvision computed in double precision; make_golden.py made them.</summary>
public sealed class ArchitectureTests
{
    private const int Size = 64;

    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json"))).RootElement;

    public static TheoryData<string> Names => [.. Golden.EnumerateObject().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_and_plan_give_the_features_and_logits_of_torchvision(string name)
    {
        var architecture = Architectures.Find(name);
        using var workers = new WorkerPool(2);
        using var network = architecture.Build(architecture.Preprocessing.WithSize(Size));
        SeededParameters.Fill(network);
        using var image = SyntheticImage();
        using var pass = network.Forward(image, new PassOptions { Workers = workers, KeepOutputs = true });
        var nodes = Golden.GetProperty(name).EnumerateObject().Where(entry => entry.Name != "parameters").ToArray();
        Assert.Contains(nodes, node => node.Name == architecture.LogitsNode);
        foreach (var node in nodes)
        {
            Demand(node.Value, pass.OutputOf(node.Name), 1e-5, $"{name}, {node.Name}");
            using var plan = InferencePlan.Compile(network, node.Name);
            using var runner = plan.CreateRunner(1, workers);
            using var output = runner.Run(image);
            Demand(node.Value, output, 1e-4, $"{name}, {node.Name} of the plan");
        }
    }

    [Fact]
    public void Networks_have_as_many_parameters_as_torchvisions()
    {
        Assert.Equal(3_504_872, Golden.GetProperty("mobilenet_v2").GetProperty("parameters").GetInt64());
        Assert.Equal(138_357_544, Golden.GetProperty("vgg16").GetProperty("parameters").GetInt64());
        using var mobile = Architectures.MobileNetV2.Build(Preprocessing.Torchvision(224));
        Assert.Equal(3_504_872, Learned(mobile));
        using var trunk = Architectures.Vgg16.BuildTrunk(Preprocessing.Caffe(32));
        Assert.Equal(14_714_688, Learned(trunk));
    }

    [Fact]
    [Trait("Category", "Slow")] // half a gigabyte
    public void VGG_has_as_many_parameters_as_torchvisions_for_224_pixels()
    {
        using var network = Architectures.Vgg16.Build(Preprocessing.Caffe(224));
        Assert.Equal(138_357_544, Learned(network));
        Assert.Equal(new Shape(7, 7, 512), network.ShapeOf(Vgg.SpatialFeatures));
        Assert.Equal(new Shape(25_088), network.ShapeOf(Vgg.FlattenedFeatures));
        Assert.Equal(new Shape(4096), network.ShapeOf(Vgg.FirstHiddenFeatures));
        Assert.Equal(new Shape(4096), network.ShapeOf(Vgg.SecondHiddenFeatures));
        Assert.Equal(new Shape(1000), network.OutputShape);
    }

    [Fact]
    public void Every_architecture_is_found_by_name_and_has_its_nodes()
    {
        Assert.Equal(["resnet50", "vgg16", "mobilenet_v2"], Architectures.All.Select(architecture => architecture.Name));
        foreach (var architecture in Architectures.All)
        {
            Assert.Same(architecture, Architectures.Find(architecture.Name.ToUpperInvariant()));
            using var network = architecture.Build(architecture.Preprocessing.WithSize(Size));
            Assert.Equal(new Shape(Size, Size, 3), network.InputShape);
            Assert.Equal(architecture.LogitsNode, network.OutputName);
            Assert.Equal(new Shape(1000), network.OutputShape);
            Assert.All(architecture.FeatureNodes, node => Assert.True(network.Contains(node)));
            using var trunk = architecture.BuildTrunk(architecture.Preprocessing.WithSize(Size));
            Assert.Equal(architecture.FeatureNodes[0], trunk.OutputName);
            Assert.Equal(network.NodesFor(architecture.FeatureNodes[0]).Select(node => node.Name), trunk.Nodes.Select(node => node.Name));
        }
    }

    [Fact]
    public void An_unknown_architecture_is_refused_with_the_nearest_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Architectures.Find("mobilenetv2"));
        Assert.Contains("Did you mean 'mobilenet_v2'? Known: resnet50, vgg16, mobilenet_v2.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mean", Assert.Throws<ArgumentException>(() => Architectures.Find("transformer")).Message, StringComparison.Ordinal);
    }

    /// <summary>MobileNetV2 in the plan: what follows a convolution, sums included, is done by it.</summary>
    [Fact]
    public void The_plan_of_MobileNetV2_has_no_steps_but_convolutions_and_the_pool()
    {
        using var network = Architectures.MobileNetV2.BuildTrunk(Preprocessing.Torchvision(Size));
        using var plan = InferencePlan.Compile(network);
        var convolutions = network.Nodes.Count(node => node.Layer.Kind == "Convolution2D");
        Assert.Equal(52, convolutions);
        Assert.Equal(convolutions, plan.Steps.Count(step => step.Contains("Convolution2D + BatchNormalization", StringComparison.Ordinal)));
        Assert.Equal(17, plan.Steps.Count(step => step.EndsWith("(depthwise)", StringComparison.Ordinal)));
        Assert.Equal(10, plan.Steps.Count(step => step.Contains("+ Add", StringComparison.Ordinal)));

        // Besides: preprocessing, perhaps the padding of three channels, the pool.
        Assert.InRange(plan.Steps.Count, convolutions + 2, convolutions + 3);
    }

    private static long Learned(Network network) =>
        network.Parameters.Where(pair => pair.Value.Role != ParameterRole.Statistic).Sum(pair => (long)pair.Value.Value.Length);

    /// <summary>RGB bytes from integers alone, the same in make_golden.py.</summary>
    private static Tensor SyntheticImage()
    {
        var image = Tensor.Uninitialized(new Shape(1, Size, Size, 3));
        for (var i = 0; i < image.Length; i++)
        {
            var (pixel, c) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, Size);
            image.Span[i] = ((x * y * (c + 1) / 16) + (3 * x) + (5 * y * c)) % 256;
        }

        return image;
    }

    private static void Demand(JsonElement golden, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(golden.GetProperty("count").GetInt32(), actual.Length);
        var step = golden.GetProperty("step").GetInt32();
        var expected = golden.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray();

        // Numbers that say something: most differ from zero and from each other.
        Assert.True(expected.Distinct().Count() > expected.Length / 4, what);
        var sampled = new float[expected.Length];
        for (var i = 0; i < sampled.Length; i++)
            sampled[i] = actual.Span[i * step];
        var scale = expected.Max(Math.Abs);
        Closeness.Demand([.. expected.Select(value => value / scale)], [.. sampled.Select(value => (float)(value / scale))], tolerance, what);
    }
}
