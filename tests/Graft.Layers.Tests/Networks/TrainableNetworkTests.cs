using Graft.Layers.Autograd;
using Graft.Layers.Freezing;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Networks;

public sealed class TrainableNetworkTests : IDisposable
{
    private static readonly int[] Labels = [0, 1, 2, 3];

    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    /// <summary>What is unfrozen, and the last node that all of it depends on through it alone.</summary>
    [Theory]
    [InlineData("fc", "pool")] // the dropout before it is the head's
    [InlineData("layer2.conv2", "layer1.relu")] // not layer2.relu1: the shortcut goes past it
    [InlineData("layer2.conv1", "layer1.relu")]
    [InlineData("layer1.bn", "layer1.conv")]
    [InlineData("stem", Network.InputName)]
    public void The_boundary_is_the_last_node_that_cuts_no_connection(string unfrozen, string boundary)
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeFrom(unfrozen);
        using var trainable = new TrainableNetwork(network, _workers, 4);
        Assert.Equal(boundary, trainable.BoundaryNode);
        Assert.Equal(network.ShapeOf(boundary), trainable.BoundaryShape);
    }

    [Theory]
    [InlineData("fc")]
    [InlineData("layer2.conv1")]
    [InlineData("stem")]
    public void Gradients_are_those_of_the_whole_network(string unfrozen)
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeFrom(unfrozen);
        using var images = TrainingSample.Images(4);
        double loss;
        using (var whole = network.Forward(images, Options()))
            loss = Backward(whole);
        var expected = Gradients(network);
        using var trainable = new TrainableNetwork(network, _workers, 4);
        using var pass = trainable.Forward(images, Options());
        Assert.Equal(loss, Backward(pass), 1e-5);
        foreach (var ((name, actual), (_, values)) in Gradients(network).Zip(expected))
            Closeness.Demand(Array.ConvertAll(values, value => 2.0 * value), actual, 1e-5, name);
    }

    [Theory]
    [InlineData("fc")]
    [InlineData("layer2.conv1")]
    public void Gradients_have_the_same_bits_whether_the_boundary_is_computed_or_kept(string unfrozen)
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeFrom(unfrozen);
        using var images = TrainingSample.Images(4);
        using var trainable = new TrainableNetwork(network, _workers, 4);
        using (var pass = trainable.Forward(images, Options()))
            Backward(pass);
        var expected = Gradients(network);
        foreach (var (_, parameter) in network.Parameters)
            parameter.ZeroGradient();

        // Kept one image at a time, as a feature store would.
        using var kept = Tensor.Uninitialized(new Shape([4, .. trainable.BoundaryShape.Dimensions]));
        for (var i = 0; i < 4; i++)
        {
            using var image = Tensor.From(new Shape(1, 8, 8, 3), images.Rows(i));
            using var values = trainable.ForwardFrozen(image);
            values.Span.CopyTo(kept.Rows(i));
        }

        using (var pass = trainable.ForwardFromBoundary(kept, Options()))
            Backward(pass);
        foreach (var ((name, actual), (_, values)) in Gradients(network).Zip(expected))
            Assert.True(Closeness.SameBits(values, actual), name);
    }

    [Fact]
    public void The_mode_does_not_reach_the_frozen_part()
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        using var trainable = new TrainableNetwork(network, _workers, 4);
        Assert.False(trainable.HasTrainableParameters);
        using var images = TrainingSample.Images(4);
        using var evaluated = trainable.Forward(images, new PassOptions { Workers = _workers });
        using var plain = network.Forward(images, new PassOptions { Workers = _workers });
        Closeness.Demand(DoubleTensor.From(plain.Output), evaluated.Output, 1e-5, "logits");
        using var frozen = trainable.ForwardFrozen(images);
        using var again = trainable.ForwardFrozen(images);
        Assert.True(Closeness.SameBits(frozen.Span, again.Span));
    }

    [Fact]
    public void Unfreezing_below_the_boundary_is_noticed()
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeLast(1);
        using var trainable = new TrainableNetwork(network, _workers, 4);
        network.UnfreezeStage("layer2");
        using var images = TrainingSample.Images(4);
        Assert.Contains(
            "'layer2.conv1'",
            Assert.Throws<InvalidOperationException>(() => trainable.Forward(images, Options())).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Wrong_shapes_are_refused_and_give_their_memory_back()
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeLast(1);
        using var trainable = new TrainableNetwork(network, _workers, 2);
        using var images = TrainingSample.Images(4);
        Assert.Contains(
            "1 to 2 images",
            Assert.Throws<ArgumentException>(() => trainable.Forward(images, Options())).Message,
            StringComparison.Ordinal
        );
        using var features = Tensor.Zeros(new Shape(2, 7));
        Assert.Contains(
            "after 'pool'",
            Assert.Throws<ArgumentException>(() => trainable.ForwardFromBoundary(features, Options())).Message,
            StringComparison.Ordinal
        );
    }

    private PassOptions Options() =>
        new()
        {
            Workers = _workers,
            Training = true,
            Random = new DeterministicRandom(7),
        };

    private static double Backward(NetworkPass pass)
    {
        var loss = CrossEntropyLoss.Compute(pass, Labels);
        loss.Backward();
        return loss.Value;
    }

    private static List<KeyValuePair<string, float[]>> Gradients(Network network) =>
        [
            .. network
                .Parameters.Where(pair => pair.Value.Gradient is not null)
                .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Gradient!.Span.ToArray())),
        ];
}
