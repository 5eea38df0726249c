using Graft.Data;
using Graft.Features.Backbones;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Planning;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Planning;

public sealed class RoutePlanningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);
    private readonly BackboneSource _source;

    public RoutePlanningTests()
    {
        for (var c = 1; c < 4; c++)
        {
            for (var i = 0; i < 20; i++)
                _folder.PutImage($"data/class{c}/{i}.png", c, (ulong)i, 50, 40);
        }

        File.WriteAllBytes(_folder["data/class1/broken.png"], [1, 2, 3]);
        var (file, _) = ForeignNetworks.Write("onnx", _folder.Path);
        _source = new()
        {
            Name = file,
            Preprocessing = new() { Preset = PreprocessingPreset.Unit },
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_backbone_and_method_gets_its_cost_and_what_was_computed_is_kept_for_the_training()
    {
        var home = new GraftHome(_folder["home"]);
        // Time enough for all photos on any machine; it ends with the last.
        var report = RoutePlanning.Run(
            home,
            _workers,
            new()
            {
                Data = _folder["data"],
                Backbones = [_source],
                ProbeTime = TimeSpan.FromMinutes(5),
            },
            null,
            Token
        );
        Assert.Equal((3, 61, 0), (report.Classes, report.TrainImages + report.ValidationImages, report.TestImages));
        Assert.Equal(Enum.GetValues<TrainingMethod>(), report.Routes.Select(route => route.Method));
        Assert.All(report.Routes, route =>
            Assert.True(route is { Seconds: > 0, MemoryBytes: > 1 << 20, DiskBytes: > 0, IsWithinBudget: true })
        );
        // The broken file is among those that are learned from, or kept for validation; either way it is not tried.
        Assert.All(report.Routes, route => Assert.InRange(route.Expected!.Images, 47, 48));
        Assert.Equal(1, report.Routes[0].Expected!.Accuracy);
        Assert.InRange(report.Routes[0].Expected!.Interval.Low, 0.9, 0.99);

        var training = new TransferLearning(home, _workers).Train(
            new()
            {
                Data = _folder["data"],
                Backbone = _source,
                Output = _folder["run"],
            },
            null,
            Token
        );
        Assert.Equal(report.Routes[0].Expected!.Images, training.FeaturesReused);
    }

    [Fact]
    public void A_wrong_backbone_or_folder_is_told()
    {
        var home = new GraftHome(_folder["home"]);
        Assert.Contains(
            "resnet50",
            Assert
                .ThrowsAny<PullException>(() =>
                    RoutePlanning.Run(
                        home,
                        _workers,
                        new() { Data = _folder["data"], Backbones = [new() { Name = "resnet5" }] },
                        null,
                        Token
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            _folder["none"],
            Assert
                .Throws<DatasetException>(() =>
                    RoutePlanning.Run(home, _workers, new() { Data = _folder["none"] }, null, Token)
                )
                .Message,
            StringComparison.Ordinal
        );
    }
}
