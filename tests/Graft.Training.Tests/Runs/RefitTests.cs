using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Imaging.Augmentation;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;
using Graft.Weights.Onnx;

namespace Graft.Training.Tests.Runs;

/// <summary>Training without some images, which set temperature and thresholds, and then from all.</summary>
[Trait("Category", "Slow")]
public sealed class RefitTests : IDisposable
{
    private const int Images = 48;

    private static readonly string[] Classes = ["chess", "stripes"];

    private readonly TemporaryFolder _folder = new();
    private readonly ResNetHome _home = new();
    private readonly WorkerPool _workers = new(2);

    public RefitTests()
    {
        for (var c = 0; c < Classes.Length; c++)
        {
            for (var i = 0; i < Images / 2; i++)
                _folder.PutImage($"data/train/{Classes[c]}/{i}.png", 2 - c, (ulong)i);
            for (var i = 0; i < 3; i++)
                _folder.PutImage($"data/validation/{Classes[c]}/{i}.png", 2 - c, (ulong)(100 + i));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingRequest Request =>
        new()
        {
            Data = _folder["data"],
            Method = TrainingMethod.FineTune,
            Unfreeze = "layer4.2.conv3",
            Epochs = 2,
            Augmentation = AugmentationOptions.None,
            Backbone = new() { Preprocessing = new() { ImageSize = 64 } },
            CalibrationFraction = 0.5,
            Output = _folder["run"],
            Seed = 4,
        };

    public void Dispose()
    {
        _workers.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_model_is_that_of_all_images_with_the_temperature_of_the_one_without_some()
    {
        var report = Train(Request);
        Assert.Equal((HoldOut.Refit, Images / 2, Images), (report.HoldOut, report.HeldOutImages, report.TrainImages));
        var aside = Train(Request with { Refit = false, Output = _folder["aside"] });
        Assert.Equal((HoldOut.CalibrationSplit, aside.Temperature), (aside.HoldOut, report.Temperature));

        // The last layer is divided by the temperature; everything else is the same to the bit.
        var all = Train(Request with { CalibrationFraction = 0, Output = _folder["all"] });
        Assert.Null(all.Temperature);
        Assert.NotEqual(1, report.Temperature);
        using var refitted = OnnxModel.Read(report.Model);
        using var plain = OnnxModel.Read(all.Model);
        var expected = plain.Network.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Value);
        var scaled = refitted
            .Network.Parameters.Where(pair => !pair.Value.Value.Span.SequenceEqual(expected[pair.Key].Span))
            .ToList();
        Assert.Equal(2, scaled.Count);
        foreach (var (name, parameter) in scaled)
        {
            for (var i = 0; i < parameter.Value.Length; i++)
                Assert.Equal(
                    expected[name].Span[i] / report.Temperature!.Value,
                    parameter.Value.Span[i],
                    1e-6 * Math.Abs(expected[name].Span[i])
                );
        }

        using var classifier = Classifier.Load(report.Model);
        Assert.NotNull(classifier.Predict(_folder["data/validation/chess/0.png"]).Familiarity);
        Assert.False(Directory.Exists(_folder["run/calibration-checkpoint"]));
    }

    [Theory]
    [InlineData(RunPhase.Calibration)]
    [InlineData(RunPhase.Head)]
    public void Interrupted_in_either_training_it_ends_with_the_same_bytes(RunPhase phase)
    {
        using var source = new CancellationTokenSource();
        var request = Request with { CheckpointInterval = TimeSpan.Zero };
        Assert.Throws<RunInterruptedException>(() =>
            new TransferLearning(_home.Home, _workers).Train(request, new Interrupter(source, phase), source.Token)
        );
        Assert.Equal(phase == RunPhase.Head, File.Exists(_folder["run/calibration.json"]));
        var resumed = new TransferLearning(_home.Home, _workers).Resume(_folder["run"], null, Token);
        Assert.Equal(
            File.ReadAllBytes(Train(request with { Output = _folder["whole"] }).Model),
            File.ReadAllBytes(resumed.Model)
        );
    }

    [Fact]
    public void What_the_first_training_left_is_read_with_care()
    {
        Train(Request with { Epochs = 1 });
        File.Delete(_folder["run/report.json"]);
        File.WriteAllText(
            _folder["run/calibration.json"],
            File.ReadAllText(_folder["run/calibration.json"])
                .Replace("\"Temperature\":", "\"Temperature\":-", StringComparison.OrdinalIgnoreCase)
        );
        var error = Assert.Throws<RunException>(() =>
            new TransferLearning(_home.Home, _workers).Resume(_folder["run"], null, Token)
        );
        Assert.Contains("calibration.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete it and resume", error.Message, StringComparison.Ordinal);
        var model = File.ReadAllBytes(_folder["run/model.onnx"]);
        File.Delete(_folder["run/calibration.json"]);
        Assert.Equal(
            model,
            File.ReadAllBytes(new TransferLearning(_home.Home, _workers).Resume(_folder["run"], null, Token).Model)
        );
    }

    private TrainingReport Train(TrainingRequest request) =>
        new TransferLearning(_home.Home, _workers).Train(request, null, Token);

    /// <summary>Interrupts after a step of a phase's second epoch.</summary>
    private sealed class Interrupter(CancellationTokenSource source, RunPhase phase) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == phase && value.Batch is { Epoch: 2 })
                source.Cancel();
        }
    }
}
