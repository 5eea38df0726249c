using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Training.Heads;

namespace Graft.Training.Tests.Heads;

public sealed class HeadSpecificationTests
{
    [Theory]
    [InlineData("linear", HeadKind.Linear, 0, "linear")]
    [InlineData(" Linear ", HeadKind.Linear, 0, "linear")]
    [InlineData("dense", HeadKind.Dense, 128, "dense:128")]
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
        Assert.Contains("'linear', 'dense:128' (hidden units) or 'conv:100'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dense_head_has_one_hidden_layer()
    {
        using var network = HeadNetworks.Build(HeadSpecification.Parse("dense:9"), new Shape(20), 4, new DeterministicRandom(1));
        Assert.Equal(new Shape(4), network.OutputShape);
        Assert.Equal(HeadNetworks.LogitsNode, network.OutputName);
        Assert.Equal(["Dense", "ReLU", "Dropout", "Dense"], network.Nodes.Select(node => node.Layer.GetType().Name));
        Assert.Equal((20 * 9) + 9 + (9 * 4) + 4, ParameterCount(network));
    }

    [Fact]
    public void A_convolution_head_is_the_one_of_the_articles()
    {
        using var network = HeadNetworks.Build(HeadSpecification.Parse("conv:11"), new Shape(7, 5, 20), 3, new DeterministicRandom(1));
        Assert.Equal(new Shape(3), network.OutputShape);
        Assert.Equal(["Convolution2D", "Dropout", "GlobalAveragePooling2D", "Dropout", "Dense"], network.Nodes.Select(node => node.Layer.GetType().Name));
        Assert.Equal(new Shape(6, 4, 11), network.ShapeOf(network.Nodes[0].Name));
        Assert.Equal((2 * 2 * 20 * 11) + 11 + (11 * 3) + 3, ParameterCount(network));
    }

    [Theory]
    [InlineData("dense", new[] { 2, 2, 8 }, "[channels]")]
    [InlineData("conv", new[] { 8 }, "[height, width, channels]")]
    [InlineData("conv", new[] { 1, 1, 8 }, "--image-size")]
    public void Features_that_do_not_suit_a_head_are_refused(string head, int[] shape, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => HeadNetworks.Build(HeadSpecification.Parse(head), new Shape(shape), 2, new DeterministicRandom(1)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static int ParameterCount(Network network) => network.Parameters.Sum(pair => pair.Value.Value.Length);
}
