using System.Text.Json;
using Graft.Models.Downloads;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>What the project promises of real photos.</summary>
[Collection(WholeRuns.Name)]
[Trait("Category", "Slow")]
public sealed class AcceptanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Alien_vs_predator_is_learned_to_0_92_the_same_on_any_number_of_threads()
    {
        var photos = SharedFolder.Find("data", "alien-vs-predator");
        Assert.SkipWhen(photos is null, "../shared/data/alien-vs-predator is not here.");
        GraftWeights.Ensure();

        var first = Json("train", photos, "--seed", "1", "--threads", "2", "--output", _folder["two"]);
        var second = Json("train", photos, "--seed", "1", "--threads", "1", "--output", _folder["one"]);

        Assert.True(
            first.GetProperty("validationAccuracy").GetDouble() >= 0.92,
            $"Validation accuracy is {first.GetProperty("validationAccuracy")}."
        );
        Assert.Equal(0, second.GetProperty("featuresComputed").GetInt32());
        Assert.Equal(File.ReadAllBytes(_folder["two", "model.onnx"]), File.ReadAllBytes(_folder["one", "model.onnx"]));
    }

    [Fact]
    public void The_demonstration_needs_nothing_but_the_program()
    {
        using var document = JsonDocument.Parse(
            GraftProcess
                .Run(
                    ["demo", "--output", _folder["demo"], "--json"],
                    _folder["home"],
                    null,
                    // Nothing that is asked of a server is answered, and there is no npm.
                    ("GRAFT_HUB", "http://127.0.0.1:9"),
                    ("PATH", _folder.Path)
                )
                .Succeeded()
        );
        var demo = document.RootElement;

        Assert.Equal("clothing", demo.GetProperty("set").GetString());
        Assert.Equal(300, demo.GetProperty("trainImages").GetInt32());
        Assert.Equal(100, demo.GetProperty("testImages").GetInt32());
        Assert.Equal(400, demo.GetProperty("featuresComputed").GetInt32());
        Assert.True(
            demo.GetProperty("testAccuracy").GetDouble() >= 0.6,
            $"Test accuracy is {demo.GetProperty("testAccuracy")}."
        );
        Assert.Equal(
            [.. demo.GetProperty("training").GetProperty("classes").EnumerateArray().Select(item => item.GetString())],
            demo.GetProperty("examples").EnumerateArray().Select(item => item.GetProperty("label").GetString())
        );
        Assert.All(["frozen", "tutorial"], name => Assert.Equal(JsonValueKind.Null, demo.GetProperty(name).ValueKind));
        foreach (var file in new[] { "model.onnx", "report.html", "predictions.csv" })
            Assert.True(File.Exists(_folder["demo", file]), $"The run has no {file}.");
    }

    [Fact]
    public void On_cifar10_the_demonstration_reaches_0_73_on_a_thousand_test_photos()
    {
        GraftWeights.Ensure();
        var images = new NpmPackageStore(GraftHome.Locate()).IsPulled(NpmPackage.Cifar10);
        if (NodeJs.WhyUnavailable("CIFAR-10's images", images) is { } missing)
            Assert.Skip(missing);
        var demo = Json("demo", "--set", "cifar10", "--output", _folder["demo"]);

        Assert.Equal(1000, demo.GetProperty("trainImages").GetInt32());
        // Both methods learn from all training photos, and are measured on the same others.
        var frozen = demo.GetProperty("frozen").GetProperty("training");
        Assert.Equal(1000, frozen.GetProperty("trainedImages").GetInt32());
        Assert.Equal(1000, frozen.GetProperty("testImages").GetInt32());
        Assert.Equal(1000, demo.GetProperty("testImages").GetInt32());
        Assert.True(
            demo.GetProperty("testAccuracy").GetDouble() >= 0.73,
            $"Test accuracy is {demo.GetProperty("testAccuracy")}."
        );
        Assert.Equal(
            2000,
            demo.GetProperty("featuresComputed").GetInt32() + demo.GetProperty("featuresReused").GetInt32()
        );
        Assert.Equal(8, demo.GetProperty("examples").GetArrayLength());
        Assert.True(File.Exists(demo.GetProperty("model").GetString()));
    }

    private static JsonElement Json(params string[] arguments)
    {
        using var document = JsonDocument.Parse(GraftProcess.Run([.. arguments, "--json"]).Succeeded());
        return document.RootElement.Clone();
    }
}
