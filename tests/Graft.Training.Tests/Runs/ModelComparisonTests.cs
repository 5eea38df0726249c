using Graft.Classification;
using Graft.Data;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

/// <summary>Two small classifiers on the same pictures, against what each says of each picture alone.</summary>
public sealed class ModelComparisonTests : IDisposable
{
    private static readonly string[] Classes = ["a", "b", "c"];

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Figures_are_those_of_the_single_predictions()
    {
        var (first, second) = (
            TinyClassifier.Write(_folder["first.onnx"], Classes),
            TinyClassifier.Write(_folder["second.onnx"], Classes, scale: -1)
        );
        PutImages(7);
        _folder.Put("data/b/bad.png", "no picture");
        var report = Compare(first, second);
        Assert.Equal(21, report.Images);
        Assert.Single(report.BadImages);
        var expected = Answers(first)
            .Zip(Answers(second), (a, b) => (a.Path, a.Truth, First: a.Called, Second: b.Called))
            .ToArray();
        Assert.Equal(expected.Count(image => image.First == image.Truth), report.BothRight + report.OnlyFirstRight);
        Assert.Equal(expected.Count(image => image.Second == image.Truth), report.BothRight + report.OnlySecondRight);
        Assert.Equal(
            expected.Count(image => image.First == image.Truth && image.Second != image.Truth),
            report.OnlyFirstRight
        );
        Assert.Equal(21, report.BothRight + report.OnlyFirstRight + report.OnlySecondRight + report.BothWrong);
        Assert.Equal(
            expected
                .Where(image => image.First != image.Second)
                .Select(image => (image.Path, image.Truth, image.First, image.Second))
                .Order(),
            report.Flips.Select(flip => (flip.Path, flip.Truth, flip.First, flip.Second)).Order()
        );
        Assert.NotEmpty(report.Flips);
        Assert.All(report.Flips, flip => Assert.Equal(
                flip.First == flip.Truth ? FlipKind.Broken
                    : flip.Second == flip.Truth ? FlipKind.Mended
                    : FlipKind.Other,
                flip.Kind
            ));
        Assert.Equal(Classes, report.PerClass.Select(change => change.Label));
        Assert.All(report.PerClass, change =>
        {
            Assert.Equal(7, change.Images);
            Assert.Equal((change.Mended - change.Broken) / 7.0, change.SecondRecall - change.FirstRecall, 12);
        });
        Assert.InRange(report.Difference, report.DifferenceLow, report.DifferenceHigh);
    }

    [Fact]
    public void A_model_is_no_better_and_no_worse_than_itself()
    {
        var model = TinyClassifier.Write(_folder["first.onnx"], Classes);
        PutImages(3);
        var report = Compare(model, model);
        Assert.Empty(report.Flips);
        Assert.Equal((0.0, 0.0, 0.0), (report.Difference, report.DifferenceLow, report.DifferenceHigh));
        Assert.Equal((1.0, 1.0), (report.McNemarExact, report.McNemarCorrected));
        Assert.False(report.IsWorse(1));
    }

    [Fact]
    public void Models_of_other_classes_are_refused()
    {
        var (first, second) = (
            TinyClassifier.Write(_folder["first.onnx"], Classes),
            TinyClassifier.Write(_folder["second.onnx"], ["a", "b"])
        );
        PutImages(2);
        Assert.Contains(
            "'c'",
            Assert.Throws<DatasetException>(() => Compare(first, second)).Message,
            StringComparison.Ordinal
        );
    }

    private ComparisonReport Compare(string first, string second) =>
        new TransferLearning(new GraftHome(_folder["home"]), _workers).Compare(
            new()
            {
                Evaluation = new() { Model = first, Data = _folder["data"] },
                Other = second,
                Seed = 3,
            },
            null,
            TestContext.Current.CancellationToken
        );

    private IEnumerable<(string Path, string Truth, string Called)> Answers(string model)
    {
        using var classifier = Classifier.Load(model, threads: 1);
        foreach (var name in Classes)
        {
            foreach (var path in Directory.GetFiles(_folder[$"data/{name}"], "?.png").Order(StringComparer.Ordinal))
                yield return ($"{name}/{Path.GetFileName(path)}", name, classifier.Predict(path).Label);
        }
    }

    private void PutImages(int perClass)
    {
        for (var i = 0; i < perClass * Classes.Length; i++)
            _folder.PutImage($"data/{Classes[i % Classes.Length]}/{i / Classes.Length}.png", i % 3, (ulong)i);
    }
}
