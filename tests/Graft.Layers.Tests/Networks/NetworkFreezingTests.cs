using Graft.Layers.Autograd;
using Graft.Layers.Freezing;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Networks;

public sealed class NetworkFreezingTests
{
    private static readonly int[] Labels = [0, 1, 2, 3];

    [Fact]
    public void Unfreezing_by_stage_node_or_number_reaches_everything_behind_and_nothing_before()
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        Assert.Empty(Trainable(network));
        network.UnfreezeLast(0);
        Assert.Empty(Trainable(network));
        network.UnfreezeLast(1);
        Assert.Equal(["fc.weight", "fc.bias"], Trainable(network));
        network.UnfreezeLast(3);
        Assert.Equal("layer2.conv2.weight", Trainable(network)[0]);
        Assert.Equal(6, Trainable(network).Length);
        network.Freeze();
        network.UnfreezeStage("layer2");
        Assert.Equal("layer2.conv1.weight", Trainable(network)[0]);
        Assert.Equal(10, Trainable(network).Length);
        network.Freeze();
        network.UnfreezeFrom("layer2.bn2");
        Assert.Equal(["layer2.bn2.weight", "layer2.bn2.bias", "fc.weight", "fc.bias"], Trainable(network));
        network.Unfreeze();
        Assert.Equal(16, Trainable(network).Length);
    }

    [Fact]
    public void What_is_not_there_is_refused_with_what_is()
    {
        using var network = TrainingSample.Make();
        Assert.Equal(["layer1", "layer2"], network.Stages());
        Assert.Contains(
            "'layer9'. Its stages are: layer1, layer2",
            Assert.Throws<KeyNotFoundException>(() => network.UnfreezeStage("layer9")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'layer2.conv9'. Its stages are",
            Assert.Throws<KeyNotFoundException>(() => network.UnfreezeFrom("layer2.conv9")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "8 layers",
            Assert.Throws<ArgumentOutOfRangeException>(() => network.UnfreezeLast(9)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => network.UnfreezeLast(-1));
        using var flat = new Network(new Shape(3));
        flat.Add("fc", new Linear.Dense(3, 2));
        Assert.Contains(
            "no stages; its nodes with parameters are: fc.",
            Assert.Throws<KeyNotFoundException>(() => flat.UnfreezeStage("fc")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Statistics_stay_frozen_when_layers_are_unfrozen_unless_asked()
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeStage("layer2");
        Assert.All(Normalizations(network), normalization => Assert.True(normalization.StatisticsFrozen));
        network.UnfreezeStage("layer2", statistics: true);
        Assert.Equal(
            [true, false, false],
            Normalizations(network).Select(normalization => normalization.StatisticsFrozen)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_changes_no_byte_of_what_is_frozen_and_all_of_the_rest(bool statistics)
    {
        using var network = TrainingSample.Make();
        network.Freeze();
        network.UnfreezeStage("layer2", statistics);
        var before = network.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Value.Span.ToArray());
        using var workers = new WorkerPool(2);
        using var input = TrainingSample.Images(4);
        for (var step = 0; step < 3; step++)
        {
            using var pass = network.Forward(
                input,
                new PassOptions
                {
                    Workers = workers,
                    Training = true,
                    Random = new DeterministicRandom(7),
                }
            );
            CrossEntropyLoss.Compute(pass, Labels).Backward();
            foreach (var (_, parameter) in network.Parameters.Where(pair => pair.Value.Gradient is not null))
            {
                for (var i = 0; i < parameter.Value.Length; i++)
                    parameter.Value.Span[i] -= 0.1f * parameter.Gradient!.Span[i];
            }
        }

        foreach (var (name, parameter) in network.Parameters)
        {
            var isChanged = !Closeness.SameBits(before[name], parameter.Value.Span);
            var isStatistic = parameter.Role == ParameterRole.Buffer;
            var isTrained =
                !name.StartsWith("layer1", StringComparison.Ordinal)
                && !name.StartsWith("stem", StringComparison.Ordinal);

            // A bias before a normalisation that measures its batch has no influence, so its gradient is rounding at
            // the most.
            if (
                !(statistics && name.Contains("conv", StringComparison.Ordinal) && parameter.Role == ParameterRole.Bias)
            )
                Assert.True(isChanged == (isTrained && (!isStatistic || statistics)), name);
            Assert.Equal(isTrained && !isStatistic, parameter.Gradient is not null);
        }
    }

    private static string[] Trainable(Network network) =>
        [.. network.Parameters.Where(pair => pair.Value.Trainable).Select(pair => pair.Key)];

    private static IEnumerable<BatchNormalization> Normalizations(Network network) =>
        network.Nodes.Select(node => node.Layer).OfType<BatchNormalization>();
}
