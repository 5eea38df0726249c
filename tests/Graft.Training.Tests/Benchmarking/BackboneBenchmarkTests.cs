using System.Text.Json;
using Graft.Training.Benchmarking;

namespace Graft.Training.Tests.Benchmarking;

public sealed class BackboneBenchmarkTests
{
    private static readonly BackboneBenchmarkRequest Quick = new()
    {
        ImageSize = 32,
        BatchSize = 2,
        Threads = 1,
        Rounds = 3,
        RoundSeconds = 0,
        WarmUpSeconds = 0,
        PeakSeconds = 0.001,
        PerLayer = true,
    };

    [Fact]
    public void The_report_is_about_what_was_asked_and_its_numbers_agree()
    {
        var report = BackboneBenchmark.Run(Quick, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            ("resnet50", 32, 2, 1, 3),
            (report.Backbone, report.ImageSize, report.BatchSize, report.Threads, report.Rounds)
        );
        Assert.InRange(report.ImagesPerSecond.Median, report.ImagesPerSecond.Minimum, report.ImagesPerSecond.Maximum);
        Assert.True(report.ImagesPerSecond.Minimum > 0);
        Assert.Equal(report.Gigaflops / report.PeakGigaflops, report.ShareOfPeak, 1e-12);
        Assert.True(report.PeakGigaflops > 0);
        Assert.True(report.PlanSeconds > 0);

        // ResNet-50's 23.5 million weights are there twice: in the network, and packed in the plan.
        Assert.True(report.PeakMemoryMebibytes > 2 * 23.5 * 4);
        var profile = report.Profile!;
        Assert.Equal(report.GigaoperationsPerImage * 2, profile.Steps.Sum(step => step.Operations) / 1e9, 1e-6);
        Assert.All(profile.Steps, step => Assert.InRange(step.Seconds, step.FastestSeconds, step.SlowestSeconds));
    }

    public static TheoryData<string> Names => [.. BenchmarkBackbones.Names];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Category", "Slow")]
    public void Every_name_of_the_catalogue_can_be_measured(string name)
    {
        var request = Quick with
        {
            Backbone = new() { Name = name },
            ImageSize = 96,
            BatchSize = 1,
            Rounds = 1,
            PerLayer = false,
        };
        var report = BackboneBenchmark.Run(request, cancellationToken: TestContext.Current.CancellationToken);
        // Published weights of a name may belong to the variant with the stride on the 3x3.
        Assert.StartsWith(name, report.Backbone, StringComparison.Ordinal);
        Assert.Equal(96, report.ImageSize);
        Assert.True(report is { GigaoperationsPerImage: > 0, ImagesPerSecond.Median: > 0 });
    }

    [Fact]
    public void The_operations_are_those_of_direct_convolutions()
    {
        var report = BackboneBenchmark.Run(
            Quick with
            {
                ImageSize = 224,
                BatchSize = 1,
                Rounds = 1,
                PerLayer = false,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        // He et al. give 3.8 thousand million multiply-adds for ResNet-50; with stride on the 1x1, 3.86 without the
        // last layer.
        Assert.InRange(report.GigaoperationsPerImage, 7.6, 7.8);
    }

    [Fact]
    public void The_json_has_the_promised_keys()
    {
        var report = BackboneBenchmark.Run(Quick, cancellationToken: TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(BackboneBenchmarkJson.Write(report));
        var root = document.RootElement;
        Assert.Equal("resnet50", root.GetProperty("backbone").GetString());
        Assert.Equal(32, root.GetProperty("imageSize").GetInt32());
        Assert.Equal(2, root.GetProperty("batchSize").GetInt32());
        Assert.Equal(1, root.GetProperty("threads").GetInt32());
        foreach (
            var key in (string[])
                ["imagesPerSecond", "gflops", "peakGflops", "shareOfPeak", "peakMemoryMiB", "planSeconds", "memoryGBps"]
        )
            Assert.True(root.GetProperty(key).GetDouble() > 0, key);
        var spread = root.GetProperty("imagesPerSecondSpread");
        Assert.InRange(
            root.GetProperty("imagesPerSecond").GetDouble(),
            spread.GetProperty("minimum").GetDouble(),
            spread.GetProperty("maximum").GetDouble()
        );
        Assert.Equal(report.Profile!.Steps.Count, root.GetProperty("layers").GetArrayLength());
        Assert.Equal(
            1,
            root.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty("shareOfTime").GetDouble()),
            0.01
        );
    }

    [Fact]
    public void An_unknown_backbone_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            BackboneBenchmark.Run(
                Quick with
                {
                    Backbone = new() { Name = "resnet51" },
                },
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("'resnet51'", error.Message, StringComparison.Ordinal);
        Assert.Contains("resnet50", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_stopped() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            BackboneBenchmark.Run(Quick, cancellationToken: new CancellationToken(canceled: true))
        );
}
