using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>What is told of networks, with or without weights.</summary>
public sealed class ModelsInfoTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void The_tutorials_VGG_has_the_tutorials_counts()
    {
        var text = GraftProcess
            .Run(["models", "info", "vgg16", "--head", "vgg", "--classes", "100"], _home.Path)
            .Succeeded();
        Assert.All(
            [
                "flatten: 25088, 25,088 values",
                "classifier.4: 4096, 4,096 values, 16 KB an image in the store",
                "135,335,076 parameters, of which 1,074,532 trainable",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal)
        );
        var summary = GraftProcess
            .Run(["models", "info", "vgg16", "--head", "vgg", "--classes", "100", "--summary"], _home.Path)
            .Succeeded();
        Assert.Contains("Total parameters: 135,335,076", summary, StringComparison.Ordinal);
        Assert.Contains("Trainable parameters: 1,074,532", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_is_told_as_JSON_with_the_weights_that_there_are()
    {
        using var document = JsonDocument.Parse(
            GraftProcess
                .Run(["models", "info", "mobilenet_v3_small", "--head", "linear", "--json"], _home.Path)
                .Succeeded()
        );
        var architecture = document.RootElement.GetProperty("architecture");
        Assert.Equal("mobilenet_v3_small", architecture.GetProperty("name").GetString());
        Assert.Equal(2_542_856, architecture.GetProperty("parameters").GetInt64());
        Assert.Equal(
            ["mobilenet_v3_small", "mobilenetv3_small_100.lamb_in1k"],
            architecture
                .GetProperty("weights")
                .EnumerateArray()
                .Select(weights => weights.GetProperty("name").GetString())
        );
        Assert.Equal(
            ["stem", "stage1"],
            architecture
                .GetProperty("stages")
                .EnumerateArray()
                .Take(2)
                .Select(stage => stage.GetProperty("name").GetString())
        );
        Assert.Equal(
            (576 * 2) + 2,
            document.RootElement.GetProperty("head").GetProperty("trainableParameters").GetInt64()
        );
    }

    [Fact]
    public void A_head_that_does_not_fit_and_an_unknown_network_are_refused()
    {
        var head = GraftProcess.Run(["models", "info", "resnet18", "--head", "vgg"], _home.Path);
        Assert.Equal(1, head.ExitCode);
        Assert.Contains("takes the 4096 values of a VGG's second hidden layer", head.Error, StringComparison.Ordinal);
        Assert.Contains(
            "There is no architecture 'transformer'. Known: alexnet",
            GraftProcess.Run(["models", "info", "transformer"], _home.Path).Error,
            StringComparison.Ordinal
        );
    }
}
