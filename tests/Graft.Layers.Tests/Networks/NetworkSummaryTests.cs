using Graft.Layers.Activations;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;

namespace Graft.Layers.Tests.Networks;

public sealed class NetworkSummaryTests
{
    [Fact]
    public void Layers_shapes_parameters_and_connections_are_listed_and_counted()
    {
        using var network = new Network(new Shape(50));
        network.Add("a", new Dense(50, 40));
        network.Add("bn", new BatchNormalization(40));
        network.Add("relu", new ReLU());
        network.Add("sum", new Add(), "relu", "a");
        network.Add("b", new Dense(40, 3));
        network.Freeze();
        network.UnfreezeFrom("bn");
        const string Expected = """
            Node (layer)             Output shape  Parameters  Trained  Takes
            -------------------------------------------------------------------
            input                    [50]                   0
            a (Dense)                [40]               2,040           input
            bn (BatchNormalization)  [40]                 160       80  a
            relu (ReLU)              [40]                   0           bn
            sum (Add)                [40]                   0           relu, a
            b (Dense)                [3]                  123      123  sum
            -------------------------------------------------------------------
            Total parameters: 2,323
            Trainable parameters: 203
            Non-trainable parameters: 2,120

            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), network.Summary());
    }
}
