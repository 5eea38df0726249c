using System.Globalization;
using System.Text.Json;
using Graft.Classification;
using Graft.Data;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Learning.Heads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

/// <summary>The whole way with the real ResNet-50 on small pictures of three patterns.</summary>
[Trait("Category", "Slow")]
public sealed class TransferLearningTests : IDisposable
{
    private const int Size = 64;

    private static readonly string[] Classes = ["chess, \"board\"", "stripes", "Übergang"];

    private readonly TemporaryFolder _folder = new();
    private readonly ResNetHome _home = new();
    private readonly WorkerPool _workers = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder["data"];

    public void Dispose()
    {
        _workers.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_folder_of_photos_becomes_a_classifier_and_a_run_folder_that_tells_all()
    {
        PutImages("", 10);
        var bad = _folder.Put($"data/{Classes[1]}/bad.jpg", "text");
        var report = Train(Request("run"));
        Assert.Equal(Classes, report.Classes);
        Assert.Equal(30, report.TrainImages + report.ValidationImages);
        Assert.Equal(1, report.BadImages);
        Assert.Equal((30, 0), (report.FeaturesComputed, report.FeaturesReused));
        Assert.True(report.TrainAccuracy >= 0.9 && report.ValidationAccuracy >= 0.8, $"{report}");
        Assert.False(report.ValidationDecidedStopping);
        Assert.Equal(_folder["run"], report.Run);

        using var metrics = JsonDocument.Parse(File.ReadAllText(_folder["run/metrics.json"]));
        Assert.Equal(
            report.ValidationAccuracy,
            metrics.RootElement.GetProperty("validation").GetProperty("accuracy").GetDouble()
        );
        Assert.Equal(report.TrainLoss, metrics.RootElement.GetProperty("train").GetProperty("loss").GetDouble());
        Assert.Equal(
            Classes,
            metrics
                .RootElement.GetProperty("train")
                .GetProperty("perClass")
                .EnumerateArray()
                .Select(item => item.GetProperty("label").GetString())
        );
        Assert.NotEmpty(metrics.RootElement.GetProperty("l2Search").EnumerateArray());
        using var arguments = JsonDocument.Parse(File.ReadAllText(_folder["run/arguments.json"]));
        Assert.Equal(
            Size,
            arguments
                .RootElement.GetProperty("request")
                .GetProperty("backbone")
                .GetProperty("preprocessing")
                .GetProperty("imageSize")
                .GetInt32()
        );
        var listed = Assert.Single(CsvTable.Read(_folder["run/bad-images.csv"]));
        Assert.Equal(bad, listed["path"]);
        Assert.NotEmpty(listed["reason"]);

        // The predictions listed are what the model file says.
        using var classifier = Classifier.Load(report.Model);
        var rows = CsvTable.Read(_folder["run/predictions.csv"]);
        Assert.Equal(30, rows.Count);
        Assert.Equal(report.TrainImages, rows.Count(row => row["split"] == "train"));
        foreach (var row in rows)
        {
            var prediction = classifier.Predict(Path.Combine(Data, row["path"]));
            Assert.Equal(prediction.Label, row["class1"]);
            Assert.Equal(prediction.Probability, double.Parse(row["probability1"], CultureInfo.InvariantCulture), 2e-6);
            Assert.Equal(row["truth"], Path.GetDirectoryName(row["path"]));
        }

        Assert.Equal(
            report.ValidationAccuracy,
            rows.Where(row => row["split"] == "validation").Average(row => row["class1"] == row["truth"] ? 1.0 : 0)
        );
        Assert.Equal(
            report.ValidationLoss!.Value,
            rows.Where(row => row["split"] == "validation")
                .Average(row => double.Parse(row["loss"], CultureInfo.InvariantCulture)),
            2e-6
        );
        Assert.Equal(report.TrainImages, classifier.Provenance.TrainingImages);

        // The second run computes nothing, and equal work gives equal bytes, on one thread too.
        using var one = new WorkerPool(1);
        var second = new TransferLearning(_home.Home, one).Train(Request("again"), null, Token);
        Assert.Equal((0, 30), (second.FeaturesComputed, second.FeaturesReused));
        Assert.Equal(File.ReadAllBytes(report.Model), File.ReadAllBytes(second.Model));
        Assert.Equal(
            File.ReadAllText(_folder["run/predictions.csv"]),
            File.ReadAllText(_folder["again/predictions.csv"])
        );
    }

    [Fact]
    public void One_thread_and_three_give_the_same_bytes_of_the_model_from_nothing()
    {
        PutImages("", 4);
        byte[] Model(int threads)
        {
            using var home = new ResNetHome();
            using var workers = new WorkerPool(threads);
            var report = new TransferLearning(home.Home, workers).Train(
                Request($"threads{threads}") with
                {
                    Seed = 3,
                },
                null,
                Token
            );
            Assert.Equal(12, report.FeaturesComputed);
            return File.ReadAllBytes(report.Model);
        }

        Assert.Equal(Model(1), Model(3));
    }

    [Theory]
    [InlineData("dense:16")]
    [InlineData("conv:8")]
    public void Heads_trained_in_mini_batches_leave_a_history_and_a_model(string head)
    {
        PutImages("train/", 6);
        PutImages("val/", 3, seed: 50, classes: 2);
        var epochs = new List<RunProgress>();
        var request = Request("run") with
        {
            Head = HeadSpecification.Parse(head),
            Epochs = 6,
            LearningRate = 3e-3,
            Seed = 5,
        };
        var report = new TransferLearning(_home.Home, _workers).Train(request, new Heard(epochs), Token);
        Assert.True(report.ValidationDecidedStopping);
        Assert.InRange(report.Epochs, 1, 6);
        Assert.Equal(report.Epochs, epochs.Count(item => item.Epoch is not null));
        var history = CsvTable.Read(_folder["run/history.csv"]);
        Assert.Equal(report.Epochs, history.Count);
        var best = history.Min(row => double.Parse(row["val_loss"], CultureInfo.InvariantCulture));
        Assert.Equal(report.ValidationLoss!.Value, best, 2e-6);

        // The third class has no validation images and keeps its place.
        using var classifier = Classifier.Load(report.Model);
        Assert.Equal(Classes, classifier.ClassNames);
        var evaluation = Evaluate(report.Model, Data, "validation");
        Assert.Equal(6, evaluation.Images);
        Assert.Equal([3, 3, 0], evaluation.PerClass.Select(item => item.Support));
        Assert.Equal(6, evaluation.FeaturesReused);
        Assert.Equal(report.ValidationAccuracy, evaluation.Accuracy);
        Assert.Equal(report.ValidationLoss.Value, evaluation.Loss, 1e-6);
        Assert.Equal(report.TrainAccuracy, Evaluate(report.Model, Data, "train").Accuracy);

        var again = Train(request with { Output = _folder["again"] });
        Assert.Equal(File.ReadAllBytes(report.Model), File.ReadAllBytes(again.Model));
    }

    [Fact]
    public void Evaluation_knows_splits_and_classes()
    {
        PutImages("", 4);
        var model = Train(Request("run")).Model;
        PutImages("../other/", 2, seed: 90, classes: 2);
        var report = Evaluate(model, _folder["other"], null);
        Assert.Equal(4, report.Images);
        Assert.Null(report.Split);
        Assert.Equal(report.Accuracy, Enumerable.Range(0, 3).Sum(c => report.Confusion[c][c]) / 4.0);
        Assert.Throws<DatasetException>(() => Evaluate(model, _folder["other"], "validation"));
        _folder.PutImage("other/unknown class/a.png", 0, 1);
        Assert.Contains(
            "'unknown class'",
            Assert.Throws<DatasetException>(() => Evaluate(model, _folder["other"], null)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<DatasetException>(() => Evaluate(model, _folder["nowhere"], null));

        PutImages("../split/train/", 2, seed: 7);
        PutImages("../split/test/", 1, seed: 8);
        Assert.Equal(
            ("test", 3),
            (Evaluate(model, _folder["split"], null).Split, Evaluate(model, _folder["split"], null).Images)
        );
        Assert.Equal(6, Evaluate(model, _folder["split"], "train").Images);
        Assert.Contains(
            "validation",
            Assert.Throws<DatasetException>(() => Evaluate(model, _folder["split"], "validation")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_class_all_of_whose_training_images_are_bad_is_an_error_that_names_it()
    {
        PutImages("train/", 3, classes: 2);
        PutImages("validation/", 2, classes: 3);
        _folder.Put($"data/train/{Classes[2]}/a.jpg", "text");
        _folder.Put($"data/train/{Classes[2]}/b.jpg", "");
        var error = Assert.Throws<DatasetException>(() => Train(Request("run")));
        Assert.Contains($"'{Classes[2]}' (all 2 bad)", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, CsvTable.Read(_folder["run/bad-images.csv"]).Count);
    }

    [Fact]
    public void A_run_folder_that_cannot_be_made_is_an_error_before_anything_is_computed()
    {
        PutImages("", 3);
        _folder.Put("file");
        var heard = new List<RunProgress>();
        var error = Assert.Throws<IOException>(() =>
            new TransferLearning(_home.Home, _workers).Train(Request("file/run"), new Heard(heard), Token)
        );
        Assert.Contains(_folder["file/run"], error.Message, StringComparison.Ordinal);
        Assert.All(heard, item => Assert.Equal(RunPhase.Scan, item.Phase));
        Assert.False(File.Exists(_home.Home.Features));
    }

    [Fact]
    public void A_bad_image_stops_the_run_where_that_is_asked_for()
    {
        PutImages("", 3);
        _folder.Put($"data/{Classes[0]}/bad.jpg", "text");
        Assert.Contains(
            "bad.jpg",
            Assert.Throws<ImageException>(() => Train(Request("run") with { FailOnBadImage = true })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Sixteen_bit_features_tell_what_they_cost()
    {
        PutImages("", 5);
        var report = Train(Request("run") with { FeaturePrecision = FeaturePrecision.Float16 });
        Assert.InRange(report.FeatureRoundingError!.Value, 1e-5, 1e-3);
        Assert.InRange(report.PredictionsChangedByRounding!.Value, 0, 1);
        Assert.Null(Train(Request("again")).FeatureRoundingError);
    }

    [Fact]
    public void The_model_gives_the_same_probabilities_in_ONNX_Runtime_on_decoded_pictures()
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        PutImages("", 4);
        var model = Train(Request("run")).Model;
        using var classifier = Classifier.Load(model);
        var paths = Directory.GetFiles(Data, "*.png", SearchOption.AllDirectories);
        using var pixels = Tensor.Uninitialized(new Shape(paths.Length, Size, Size, 3));
        for (var i = 0; i < paths.Length; i++)
            new ImageLoader(classifier.Preprocessing).Load(paths[i], pixels.Rows(i));
        var answer = Assert.Single(
            OnnxRuntimePeer.Run(new OnnxRuntimeJob(model, [paths.Length, Size, Size, 3], pixels.Span.ToArray()))
        );
        Assert.Equal([paths.Length, 3], answer.Shape);
        var expected = paths.SelectMany(path => classifier.Predict(path).Probabilities);
        Assert.All(expected.Zip(answer.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Aliens_and_predators_are_told_apart()
    {
        var data = SharedFolder.Find("data", "alien-vs-predator");
        if (data is null)
            Assert.Skip(
                "The photos of aliens and predators are not on this machine (../shared/data/alien-vs-predator)."
            );
        var request = new TrainingRequest
        {
            Data = data,
            Seed = 1,
            Output = _folder["two"],
        };
        var report = Train(request);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"validation accuracy {report.ValidationAccuracy:F4}, features in {report.FeatureSeconds:F1} s, L2 "
                + $"{report.L2}"
        );
        Assert.True(report.ValidationAccuracy >= 0.92, $"The validation accuracy is {report.ValidationAccuracy}.");
        using var one = new WorkerPool(1);
        var second = new TransferLearning(_home.Home, one).Train(request with { Output = _folder["one"] }, null, Token);
        Assert.Equal(0, second.FeaturesComputed);
        Assert.Equal(File.ReadAllBytes(report.Model), File.ReadAllBytes(second.Model));
    }

    [Fact]
    public void Leaks_between_given_splits_are_told_with_the_accuracy_without_them()
    {
        foreach (var (split, count) in new[] { ("train", 8), ("validation", 3), ("test", 2) })
        {
            for (var i = 0; i < count * Classes.Length; i++)
                _folder.PutScene(
                    $"data/{split}/{Classes[i % 3]}/{i / 3}.png",
                    2 - (i % 3),
                    (ulong)((1000 * count) + i)
                );
        }

        // A copy in another class is an error of the classifier, which does not count without leaks.
        File.Copy(_folder[$"data/train/{Classes[0]}/1.png"], _folder[$"data/validation/{Classes[1]}/leaked.png"]);
        var report = Train(Request("run"));
        Assert.Equal((1, 0), (report.Leaks!.ValidationImages, report.Leaks.TestImages));
        Assert.Null(report.Leaks.TestAccuracyWithout);
        var leak = Assert.Single(CsvTable.Read(_folder["run/leaks.csv"]));
        Assert.Equal(
            (("validation", $"validation/{Classes[1]}/leaked.png"), $"train/{Classes[0]}/1.png"),
            ((leak["split"], leak["path"]), leak["training_path"])
        );
        var others = CsvTable
            .Read(_folder["run/predictions.csv"])
            .Where(row => row["split"] == "validation" && row["path"] != leak["path"])
            .ToArray();
        Assert.Equal(9, others.Length);
        Assert.Equal(
            others.Average(row => row["class1"] == row["truth"] ? 1.0 : 0),
            report.Leaks.ValidationAccuracyWithout
        );
        Assert.True(report.Leaks.ValidationAccuracyWithout > report.ValidationAccuracy);

        // A manifest is accepted wherever a folder is.
        var divided = Graft.Training.DataChecks.DataSplit.Run(
            _home.Home,
            _workers,
            new()
            {
                Data = Data,
                Output = _folder["list.csv"],
                Ratios = [0.6, 0.2, 0.2],
                Examination = new() { ImageSize = Size },
            },
            null,
            Token
        );
        var clean = Train(Request("clean") with { Data = divided.Output });
        Assert.Equal((0, 0), (clean.Leaks!.ValidationImages, clean.Leaks.TestImages));
        Assert.Equal(0, clean.FeaturesComputed);
        Assert.False(File.Exists(_folder["clean/leaks.csv"]));
        Assert.Equal(clean.TestAccuracy, Evaluate(clean.Model, divided.Output, null).Accuracy);
        Assert.Equal(clean.ValidationAccuracy, Evaluate(clean.Model, divided.Output, "validation").Accuracy);
    }

    private TrainingRequest Request(string run) =>
        new()
        {
            Data = Data,
            Backbone = new() { Preprocessing = new() { ImageSize = Size } },
            Output = _folder[run],
        };

    private TrainingReport Train(TrainingRequest request) =>
        new TransferLearning(_home.Home, _workers).Train(request, null, Token);

    private EvaluationReport Evaluate(string model, string data, string? split) =>
        new TransferLearning(_home.Home, _workers).Evaluate(
            new()
            {
                Model = model,
                Data = data,
                Split = split,
            },
            null,
            Token
        );

    private void PutImages(string below, int count, ulong seed = 0, int classes = 3)
    {
        for (var c = 0; c < classes; c++)
        {
            for (var i = 0; i < count; i++)
                _folder.PutImage($"data/{below}{Classes[c]}/{i}.png", 2 - c, seed + (ulong)i, 90, 70);
        }
    }

    private sealed class Heard(List<RunProgress> all) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => all.Add(value);
    }
}
