using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>Weights that come with the program, as users use them: without Node.js and without a connection.</summary>
[Trait("Category", "Slow")]
public sealed class BundledWeightsTests : IDisposable
{
    private const string Name = "resnet18.mlnet";

    private readonly TemporaryFolder _folder = new();

    private string Home => _folder["home"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_are_listed_told_converted_on_first_use_and_removed()
    {
        Assert.Contains("comes with graft", Row(), StringComparison.Ordinal);
        SyntheticPhotos.Write(_folder["photos"], 3, striped: true, 1);
        foreach (var size in (string[])["224", "64"])
        {
            string[] arguments =
            [
                "features",
                _folder["photos"],
                "--backbone",
                Name,
                "--image-size",
                size,
                "--output",
                _folder["features.npy"],
                "--json",
            ];
            // Nothing that is asked of a server is answered, and there is no npm.
            using var features = JsonDocument.Parse(
                GraftProcess
                    .Run(arguments, Home, null, ("GRAFT_HUB", "http://127.0.0.1:9"), ("PATH", _folder.Path))
                    .Succeeded()
            );
            Assert.Equal(
                [3, 512],
                features.RootElement.GetProperty("shape").EnumerateArray().Select(value => value.GetInt32())
            );
        }

        Assert.Contains("64 MB on this machine", Row(), StringComparison.Ordinal);
        var info = GraftProcess.Run(["models", "info", Name], Home).Succeeded();
        Assert.All(
            ["mean image", "no classifier", "MIT (ML.NET)", "Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1"],
            part => Assert.Contains(part, info, StringComparison.Ordinal)
        );
        Assert.StartsWith(
            $"Removed {Name}",
            GraftProcess.Run(["models", "remove", Name], Home).Succeeded(),
            StringComparison.Ordinal
        );
    }

    private string Row() =>
        GraftProcess
            .Run(["models", "list"], Home)
            .Succeeded()
            .Split('\n')
            .Single(line => line.StartsWith(Name, StringComparison.Ordinal));
}
