using Graft.Cli.Progress;
using Graft.Features;
using Graft.Learning;
using Graft.Models.Downloads;
using Graft.Training.Runs;

namespace Graft.Cli.Tests;

public sealed class ProgressTests
{
    [Fact]
    public void Epochs_are_written_as_Keras_does()
    {
        var epoch = new EpochResult(3, 100, 0.21344, 0.91625, 0.1877, 0.925, TimeSpan.FromSeconds(0.42));

        Assert.Equal(
            "Epoch 3/100 - 0.4s - loss: 0.2134 - accuracy: 0.9163 - val_loss: 0.1877 - val_accuracy: 0.9250",
            WorkProgress.EpochLine(epoch)
        );
        Assert.Equal(
            "Epoch 3/100 - 0.4s - loss: 0.2134 - accuracy: 0.9163",
            WorkProgress.EpochLine(epoch with { ValidationLoss = null, ValidationAccuracy = null })
        );
    }

    [Fact]
    public void A_status_tells_amounts_rate_and_time_left()
    {
        var images = new PhaseStatus("features", 300, 900, false, TimeSpan.FromSeconds(10), "90 reused");
        var bytes = new PhaseStatus("download", 25_000_000, 100_000_000, true, TimeSpan.FromSeconds(5));

        Assert.Equal("300/900 images, 30.0/s, 20 s left, 90 reused", images.Amounts());
        Assert.Equal("25 MB of 100 MB, 5.0 MB/s, 15 s left", bytes.Amounts());
        Assert.Equal("", new PhaseStatus("head", 0, 0, false, TimeSpan.FromSeconds(5)).Amounts());
    }

    [Fact]
    public void Plain_progress_has_a_line_every_few_seconds_and_one_at_the_end()
    {
        using var writer = new StringWriter();
        var display = new PlainProgress(writer);

        for (var tenths = 0; tenths <= 120; tenths++)
            display.Update(new("features", 1 + tenths, 121, false, TimeSpan.FromSeconds(tenths / 10.0)));
        display.End(new("features", 121, 121, false, TimeSpan.FromSeconds(12.1)));
        display.Update(new("head", 0, 0, false, TimeSpan.Zero));
        display.End(new("head", 0, 0, false, TimeSpan.FromSeconds(0.3)));

        var lines = writer.ToString().TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("features: 51/121 images", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("features: 101/121 images", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("features: 121/121 images", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Phases_follow_what_the_library_reports()
    {
        var display = new Recorder();
        var progress = new WorkProgress(display);

        progress.Report(new RunProgress(RunPhase.Scan));
        progress.Report(new RunProgress(RunPhase.Backbone));
        progress.Report(new RunProgress(RunPhase.Backbone) { Pull = new PullProgress(PullPhase.Download, 5, 10) });
        progress.Report(
            new RunProgress(RunPhase.Features) { Features = new FeatureProgress(FeaturePhase.Compute, 16, 32, 8, 1) }
        );
        progress.Report(
            new RunProgress(RunPhase.Features) { Features = new FeatureProgress(FeaturePhase.Compute, 32, 32, 8, 1) }
        );
        progress.Report(new RunProgress(RunPhase.Features) { Notice = "The store is full." });
        progress.Report(new RunProgress(RunPhase.Head));

        Assert.Equal(["list files", "backbone", "download", "features"], display.Ended.Select(status => status.Name));
        Assert.Equal(32, display.Ended[^1].Done);
        Assert.Equal("8 reused, 1 bad", display.Ended[^1].Note);
        Assert.Equal(["graft: warning: The store is full."], display.Lines);
    }

    private sealed class Recorder : IProgressDisplay
    {
        public List<PhaseStatus> Ended { get; } = [];

        public List<string> Lines { get; } = [];

        public void Update(PhaseStatus status) { }

        public void End(PhaseStatus status) => Ended.Add(status);

        public void Line(string text) => Lines.Add(text);
    }
}
