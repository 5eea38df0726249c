using Graft.Imaging;
using Graft.Layers.Linear;
using Graft.Models.Networks;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

/// <summary>The names that <c>--unfreeze</c> takes, and what they unfreeze.</summary>
public sealed class TrunkLayersTests
{
    [Theory]
    [InlineData("mobilenet_v2", null, "features.18", "features.18.0")]
    [InlineData("mobilenet_v2", "stage5", "stage5", "features.14.conv.0.0")]
    [InlineData("mobilenet_v2", "features.17", "features.17", "features.17.conv.0.0")]
    [InlineData("mobilenet_v2", "features.17.conv.2", "features.17.conv.2", "features.17.conv.2")]
    [InlineData("resnet18", null, "layer4", "layer4.0.conv1")]
    [InlineData("resnet18", "layer3", "layer3", "layer3.0.conv1")]
    [InlineData("resnet18", "stem", "stem", "conv1")]
    [InlineData("xception", "exit", "exit", "block13_residual")]
    [InlineData("xception", "ALL", "all", "block1_conv1")]
    public void A_stage_of_the_architecture_or_of_the_names_or_a_node_is_unfrozen(
        string name,
        string? asked,
        string chosen,
        string first
    )
    {
        var architecture = Architectures.Find(name);
        using var network = architecture.Build(Preprocessing.Torchvision(64));
        architecture.CutAtFeatures(network, architecture.PooledFeatures);
        Assert.Equal(chosen, TrunkLayers.Choose(network, architecture.Stages, asked));
        network.Add("head.logits", new Dense(network.OutputShape[0], 2));
        TrunkLayers.Freeze(network, architecture.Stages, "head.logits", chosen, statistics: false);
        var trained = network.Nodes.Where(node => node.Layer.Parameters.Any(parameter => parameter.Trainable));
        Assert.Equal(first, trained.First().Name);
    }

    [Fact]
    public void What_there_is_not_is_answered_with_the_stages_of_the_architecture()
    {
        var architecture = Architectures.Find("mobilenet_v2");
        using var network = architecture.BuildTrunk(Preprocessing.Torchvision(64));
        var error = Assert.Throws<ArgumentException>(() => TrunkLayers.Choose(network, architecture.Stages, "stage9"));
        Assert.Contains(
            "'stage9' to unfreeze. Its stages are stem, stage1, stage2",
            error.Message,
            StringComparison.Ordinal
        );
        error = Assert.Throws<ArgumentException>(() => TrunkLayers.Choose(network, [], "stage5"));
        Assert.Contains("Its stages are features.0, features.1, ", error.Message, StringComparison.Ordinal);
    }
}
