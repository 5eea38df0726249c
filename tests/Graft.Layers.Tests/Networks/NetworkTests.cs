using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Layers.Tests.Networks;

public sealed class NetworkTests
{
    [Fact]
    public void Nodes_follow_each_other_and_know_their_shapes()
    {
        using var network = Small();
        Assert.Equal(["a", "relu", "b", "sum"], network.Nodes.Select(node => node.Name));
        Assert.Equal("sum", network.OutputName);
        Assert.Equal(new Shape(3), network.OutputShape);
        Assert.Equal(new Shape(4), network.ShapeOf(Network.InputName));
        Assert.Equal(["relu"], network["b"].Inputs);
        Assert.Equal(
            ["a.weight", "a.bias", "b.weight", "b.bias"],
            network.Parameters.Select(parameter => parameter.Key)
        );
    }

    [Fact]
    public void Names_are_unique_and_inputs_known()
    {
        using var network = Small();
        using var layer = new ReLU();
        Assert.Contains(
            "already has a node 'b'",
            Assert.Throws<ArgumentException>(() => network.Add("b", layer)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => network.Add(Network.InputName, layer));
        var unknown = Assert.Throws<KeyNotFoundException>(() => network.Add("c", layer, "nowhere"));
        Assert.Contains("'nowhere'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("sum", unknown.Message, StringComparison.Ordinal);
        Assert.Contains(
            "Add takes 2 inputs, 1 were given",
            Assert.Throws<ArgumentException>(() => network.Add("c", new Add(), "a")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(4, network.Nodes.Count);
    }

    [Fact]
    public void Cutting_leaves_what_the_node_needs()
    {
        using var network = Small();
        var removed = (Dense)network["b"].Layer;
        Assert.Equal(["a", "relu"], network.NodesFor("relu").Select(node => node.Name));
        network.CutAt("relu");
        Assert.Equal(["a", "relu"], network.Nodes.Select(node => node.Name));
        Assert.Equal("relu", network.OutputName);
        Assert.False(network.Contains("b"));
        Assert.Throws<ObjectDisposedException>(() => removed.Weight.Value.Span.Length);
        Assert.Throws<KeyNotFoundException>(() => network.CutAt("b"));
    }

    [Fact]
    public void A_head_is_appended_and_left_empty()
    {
        using var network = Small();
        using var head = new Network(new Shape(3));
        head.Add("head.fc", new Dense(3, 2));
        network.Append(head);
        Assert.Empty(head.Nodes);
        Assert.Equal(["sum"], network["head.fc"].Inputs);
        Assert.Equal(new Shape(2), network.OutputShape);
    }

    [Fact]
    public void A_head_that_does_not_fit_changes_nothing()
    {
        using var network = Small();
        using var wide = new Network(new Shape(7));
        Assert.Contains(
            "The head takes [7], but the network outputs [3]",
            Assert.Throws<ArgumentException>(() => network.Append(wide)).Message,
            StringComparison.Ordinal
        );
        using var clash = new Network(new Shape(3));
        clash.Add("new", new ReLU());
        clash.Add("relu", new ReLU());
        Assert.Contains(
            "'relu'",
            Assert.Throws<ArgumentException>(() => network.Append(clash)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(4, network.Nodes.Count);
        Assert.Equal(2, clash.Nodes.Count);
    }

    [Theory]
    [InlineData(new[] { 2, 5 })]
    [InlineData(new[] { 4 })]
    [InlineData(new[] { 0, 4 })]
    [InlineData(new[] { 1, 2, 4 })]
    public void An_input_of_another_shape_is_refused(int[] shape)
    {
        using var network = Small();
        using var input = Tensor.Zeros(new Shape(shape));
        using var workers = new WorkerPool(1);
        var error = Assert.Throws<ArgumentException>(() =>
            network.Forward(input, new PassOptions { Workers = workers })
        );
        Assert.Contains("[batch, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains(new Shape(shape).ToString(), error.Message, StringComparison.Ordinal);
    }

    private static Network Small()
    {
        var network = new Network(new Shape(4));
        network.Add("a", new Dense(4, 3));
        network.Add("relu", new ReLU());
        network.Add("b", new Dense(3, 3));
        network.Add("sum", new Add(), "b", "a");
        return network;
    }
}
