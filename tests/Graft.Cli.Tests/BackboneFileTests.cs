using System.Text.Json;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Tensors;
using Graft.Testing;
using Graft.Weights.Onnx;

namespace Graft.Cli.Tests;

/// <summary>The way of a user who brings a network of their own: told about, trained on, exported.</summary>
public sealed class BackboneFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BackboneFileTests()
    {
        using var network = new Network(new Shape(32, 32, 3));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 8,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Stride = 2,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("relu", new ReLU());
        network.Add("mean", new GlobalAveragePooling2D());
        network.Add("classes", new Dense(8, 4));
        Initializers.HeUniform(network, new DeterministicRandom(6));
        OnnxWriter.Write(_folder["own.onnx"], network, new OnnxExportOptions());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void From_a_network_in_a_file_to_files_for_other_programs()
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 6, seed: 11);
        var told = GraftProcess.Run(["models", "info", "own.onnx"], _folder["home"], _folder.Path).Succeeded();
        Assert.All(["mean: 8, 8 values, 32 bytes an image", "assumed: the file does not say", "ONNX"], part =>
            Assert.Contains(part, told, StringComparison.Ordinal)
        );

        var trained = GraftProcess.Run(
            [
                "train",
                "photos",
                "--backbone",
                "own.onnx",
                "--preprocessing",
                "unit",
                "--mean",
                "0.5",
                "--output",
                "run",
            ],
            _folder["home"],
            _folder.Path
        );
        Assert.Contains("own.onnx up to mean: 8, 8 values", trained.Succeeded(), StringComparison.Ordinal);
        Assert.Contains(
            "32x32 stretch, rgb, scale 0.003921569, mean 0.5/0.5/0.5, deviation 1/1/1 (from the options)",
            trained.Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("does not state", trained.Error, StringComparison.Ordinal);

        using var exported = JsonDocument.Parse(
            GraftProcess.Run(["export", "run", "--format", "tfjs", "--json"], _folder["home"], _folder.Path).Succeeded()
        );
        var files = exported.RootElement.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(["Classifier", "Trunk", "Head"], files.Select(file => file.GetProperty("part").GetString()));
        Assert.All(files, file => Assert.True(File.Exists(file.GetProperty("path").GetString())));
        Assert.Equal([8], files[1].GetProperty("output").EnumerateArray().Select(size => size.GetInt32()));

        var features = GraftProcess.Run(
            ["features", "photos", "--backbone", "own.onnx", "--node", "relu", "--output", "f.npy"],
            _folder["home"],
            _folder.Path
        );
        Assert.Contains("8.2 KB an image in the store", features.Succeeded(), StringComparison.Ordinal);
        Assert.Contains(
            "warning: 'own.onnx' does not state its preprocessing",
            features.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_plan_compares_the_methods_and_its_recommendation_can_be_typed()
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 12, seed: 5);
        var told = GraftProcess
            .Run(["plan", "photos", "--backbone", "own.onnx", "--time", "5m"], _folder["home"], _folder.Path)
            .Succeeded();
        Assert.All(["features", "frozen", "finetune", "accuracy (interval)"], part =>
            Assert.Contains(part, told, StringComparison.Ordinal)
        );
        var line = told.Split('\n')
            .Single(text => text.StartsWith("Recommended within 5 min 0 s: graft ", StringComparison.Ordinal))
            .Trim();
        var command = line[(line.IndexOf("graft ", StringComparison.Ordinal) + "graft ".Length)..].Split(' ');
        GraftProcess.Run(command, _folder["home"], _folder.Path).Succeeded();

        using var json = JsonDocument.Parse(
            GraftProcess
                .Run(
                    ["plan", "photos", "--backbone", "own.onnx", "--time", "1s", "--json"],
                    _folder["home"],
                    _folder.Path
                )
                .Succeeded()
        );
        // No run keeps to a second, so the quickest is recommended; which that is of so few small photos depends on the
        // machine.
        var routes = json.RootElement.GetProperty("routes").EnumerateArray().ToArray();
        Assert.Equal(
            ["Features", "Frozen", "FineTune"],
            routes.Select(route => route.GetProperty("method").GetString())
        );
        Assert.All(routes, route => Assert.False(route.GetProperty("isWithinBudget").GetBoolean()));
        var quickest = routes.MinBy(route => route.GetProperty("seconds").GetDouble());
        Assert.Equal(
            quickest.GetProperty("method").GetString(),
            json.RootElement.GetProperty("recommended").GetProperty("method").GetString()
        );
        Assert.Contains(
            "the time must be above 0",
            InProcess.Run("plan", "photos", "--time", "0s").Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--scale", "1/0")]
    [InlineData("--scale", "much")]
    [InlineData("--mean", "1,2")]
    [InlineData("--deviation", "1,0,1")]
    [InlineData("--interpolation", "nearest")]
    [InlineData("--preprocessing", "none")]
    public void Wrong_preprocessing_is_a_wrong_command_line(string option, string value)
    {
        var result = InProcess.Run("train", _folder.Path, option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_is_told_in_one_line()
    {
        Assert.Contains(
            "There is no model file",
            InProcess.Run("export", _folder["nothing"], "--format", "onnx").Error,
            StringComparison.Ordinal
        );
        Assert.Equal(2, InProcess.Run("export", _folder["own.onnx"]).ExitCode);
        var foreign = InProcess.Run("export", _folder["own.onnx"], "--format", "onnx");
        Assert.Equal(1, foreign.ExitCode);
        Assert.Contains("graft.format", foreign.Error, StringComparison.Ordinal);
        var node = InProcess.Run(
            "features",
            _folder.Path,
            "--output",
            _folder["f.npy"],
            "--backbone",
            _folder["own.onnx"],
            "--node",
            "conv9"
        );
        Assert.Equal(1, node.ExitCode);
        Assert.Contains("has no node 'conv9'", node.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", node.Error, StringComparison.Ordinal);
    }
}
