using System.Text.Json;
using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

/// <summary>
/// The files of <c>Fixtures/earlier</c>, which Graft wrote before its projects were divided: a finished run, an
/// interrupted run, a feature store and predictions. The files are input only; nothing writes them again.
/// </summary>
public sealed class EarlierVersionTests : IDisposable
{
    // Another instruction set may round the last digits differently.
    private const double Tolerance = 1e-5;

    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "earlier");

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);

    public EarlierVersionTests()
    {
        foreach (var file in Directory.EnumerateFiles(Fixtures, "*", SearchOption.AllDirectories))
        {
            var copy = _folder[Path.GetRelativePath(Fixtures, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TransferLearning Learning => new(new GraftHome(_folder["home"]), _workers);

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("predictions.json", 1)]
    [InlineData("predictions-of-two-views.json", 2)]
    public void A_model_predicts_what_it_predicted(string file, int views)
    {
        using var classifier = Classifier.LoadVerified(
            new GraftHome(_folder["home"]),
            _folder["run/model.onnx"],
            testTimeViews: views
        );
        Assert.Equal(["chess", "stripes"], classifier.ClassNames);
        using var expected = JsonDocument.Parse(File.ReadAllText(_folder[file]));
        Assert.All(expected.RootElement.EnumerateArray(), item =>
        {
            var prediction = classifier.Predict(_folder[item.GetProperty("path").GetString()!]);
            Assert.All(item.GetProperty("probabilities").EnumerateArray().Zip(prediction.Probabilities), pair =>
                Assert.Equal(pair.First.GetSingle(), pair.Second, Tolerance)
            );
            Assert.Equal(item.GetProperty("familiarity").GetDouble(), prediction.Familiarity!.Value, Tolerance);
            if (item.TryGetProperty("set", out var set))
                Assert.Equal(set.EnumerateArray().Select(label => label.GetString()), prediction.SetOf(0.9));
        });
    }

    [Fact]
    public void A_model_keeps_its_confidence_and_provenance()
    {
        using var file = ClassifierFile.Read(_folder["run/model.onnx"]);
        var confidence = file.Metadata.Confidence!;
        Assert.Equal((HoldOut.CalibrationSplit, 22), (confidence.HoldOut, confidence.Images));
        Assert.Equal(1.17791977114441, confidence.Temperature, Tolerance);
        Assert.True(confidence.IsValid);
        Assert.NotNull(confidence.Sets);
        Assert.NotNull(confidence.Unknown);
        Assert.Equal(("backbone.onnx", "dense:8"), (file.Metadata.Provenance.Backbone, file.Metadata.Provenance.Head));
        Assert.Equal("pool", file.Metadata.FeatureNode);
    }

    [Fact]
    public void A_run_is_evaluated_with_the_features_of_its_store()
    {
        var report = Evaluate();
        Assert.Equal((60, 0), (report.FeaturesComputed, report.FeaturesReused));
        UseStore();
        var again = Evaluate();
        // A system's own libvips decodes under another name, and then features are computed anew.
        if (again.FeaturesReused > 0)
            Assert.Equal((0, 60), (again.FeaturesComputed, again.FeaturesReused));
        foreach (var measured in (EvaluationReport[])[report, again])
        {
            Assert.Equal(41 / 60.0, measured.Accuracy, Tolerance);
            Assert.Equal(0.6157414162912094, measured.Loss, Tolerance);
        }
    }

    [Fact]
    public void Of_a_finished_run_nothing_changes()
    {
        var before = File.ReadAllBytes(_folder["run/report.json"]);
        var report = Learning.Resume(_folder["run"], null, Token);
        Assert.Equal((48, 12, 22), (report.TrainImages, report.ValidationImages, report.HeldOutImages));
        Assert.Equal((HoldOut.CalibrationSplit, "dense:8"), (report.HoldOut, report.Head));
        Assert.Equal(0.5525181073073545, report.ValidationLoss!.Value, 1e-12);
        Assert.Equal(before, File.ReadAllBytes(_folder["run/report.json"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_interrupted_run_ends_as_it_would_have_ended(bool withStore)
    {
        if (withStore)
            UseStore();
        var arguments = File.ReadAllText(_folder["interrupted/arguments.json"]);
        File.WriteAllText(
            _folder["interrupted/arguments.json"],
            arguments.Replace(
                "/fixture/",
                JsonEncodedText.Encode(_folder.Path + "/").ToString(),
                StringComparison.Ordinal
            )
        );
        var report = Learning.Resume(_folder["interrupted"], null, Token);
        Assert.Equal("no better loss for 10 epochs", report.StopReason);
        Assert.Equal(0.5525181073073545, report.ValidationLoss!.Value, Tolerance);
        Assert.Equal(0.5987188070825715, report.TrainLoss, Tolerance);
        using var finished = Classifier.Load(_folder["run/model.onnx"]);
        using var resumed = Classifier.Load(report.Model);
        Assert.All(Directory.GetFiles(_folder["data/chess"]), image =>
            Assert.Equal(finished.Predict(image).Probability, resumed.Predict(image).Probability, Tolerance)
        );
        Assert.Equal(
            File.ReadAllLines(_folder["run/history.csv"]).Length,
            File.ReadAllLines(_folder["interrupted/history.csv"]).Length
        );
        Assert.Equal(File.ReadAllText(_folder["run/images.csv"]), File.ReadAllText(_folder["interrupted/images.csv"]));
    }

    private void UseStore()
    {
        Directory.CreateDirectory(_folder["home"]);
        File.Copy(_folder["features.db"], _folder["home/features.db"], overwrite: true);
    }

    private EvaluationReport Evaluate() =>
        Learning.Evaluate(new() { Model = _folder["run/model.onnx"], Data = _folder["data"] }, null, Token);
}
