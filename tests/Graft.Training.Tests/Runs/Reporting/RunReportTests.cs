using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs.Reporting;

/// <summary>
/// The report of whole runs with the real ResNet-50 on small pictures, looked at in a browser where there is one.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RunReportTests : IDisposable
{
    private const string Nasty = "<script>alert(1)</script> \"'& 😀";

    private readonly TemporaryFolder _folder = new();
    private readonly ResNetHome _home = new();
    private readonly WorkerPool _workers = new(2);

    public void Dispose()
    {
        _workers.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_chart_is_drawn_and_names_are_only_names()
    {
        // Folders cannot have a slash in their names; what is left would still begin an element.
        var hostile = Nasty.Replace("/", "", StringComparison.Ordinal);
        string[] classes = [hostile, "stripes"];
        for (var c = 0; c < classes.Length; c++)
        {
            // Not equally many, or there is no chart of the accuracy against their number.
            for (var i = 0; i < 15 + (5 * c); i++)
                _folder.PutImage($"data/{classes[c]}/{hostile} {i}.png", 2 - c, (ulong)i, 90, 70);
        }

        var report = Train("data");
        var page = File.ReadAllText(_folder["run/report.html"]);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Grad-CAM", page, StringComparison.Ordinal);
        Assert.True(page.Length < 3_000_000, $"{page.Length}");
        var (document, log) = Browser.Open(_folder["run/report.html"], _folder["profile"]);
        // Confusion, two of classes, calibration, learning, map.
        Assert.Equal(6, System.Text.RegularExpressions.Regex.Count(document, "data-state=\"drawn\""));
        Assert.DoesNotContain("data-state=\"failed\"", document, StringComparison.Ordinal);
        Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);

        // Known pictures are not run through the network again, neither for features nor for heat maps, and give the
        // same page.
        var again = Train("data");
        Assert.Equal(0, again.FeaturesComputed);
        Assert.Equal(report.FeatureStoreBytes, again.FeatureStoreBytes, 100_000L);
    }

    [Fact]
    public void Two_pictures_of_two_classes_are_enough_for_a_report()
    {
        _folder.PutImage("data/a/1.png", 1, 1, 40, 30);
        _folder.PutImage("data/b/2.png", 2, 2, 40, 30);
        var report = Train("data");
        Assert.Equal((2, 0), (report.TrainImages, report.ValidationImages));
        Assert.Contains(
            "say nothing about other images",
            File.ReadAllText(_folder["run/report.html"]),
            StringComparison.Ordinal
        );
    }

    private TrainingReport Train(string data) =>
        new TransferLearning(_home.Home, _workers).Train(
            new()
            {
                Data = _folder[data],
                Backbone = new() { Preprocessing = new() { ImageSize = 64 } },
                Output = _folder["run"],
            },
            null,
            TestContext.Current.CancellationToken
        );
}
