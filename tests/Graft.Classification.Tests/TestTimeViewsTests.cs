using Graft.Imaging.Augmentation;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Classification.Tests;

[Collection(nameof(SharedMemory))]
public sealed class TestTimeViewsTests : IDisposable
{
    private static readonly string[] ClassNames = ["a", "b"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public TestTimeViewsTests() => _model = TinyClassifier.Write(_folder["model.onnx"], ClassNames);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_prediction_is_the_mean_of_the_predictions_of_the_views(int views)
    {
        var path = _folder.PutImage("x.png", 1, 3, 40, 30);
        using var plain = Classifier.Load(_model, threads: 1);
        using var pixels = Tensor.Uninitialized(new Shape(views, TinyBackbone.Size, TinyBackbone.Size, 3));
        new ImageViews(plain.Preprocessing, TestTimeViews.First(views)).Load(
            File.ReadAllBytes(path),
            path,
            pixels.Span
        );
        var alone = plain.Predict(pixels);
        using var classifier = Classifier.Load(_model, threads: 2, testTimeViews: views);
        var mean = classifier.Predict(path);
        for (var i = 0; i < ClassNames.Length; i++)
            Assert.Equal(alone.Average(prediction => (double)prediction.Probabilities[i]), mean.Probabilities[i], 1e-7);
        Assert.Equal(views == 1, mean.Probabilities.SequenceEqual(plain.Predict(path).Probabilities));
        Assert.Equal(
            mean.Probabilities,
            Assert
                .Single(classifier.PredictFiles([path], TestContext.Current.CancellationToken))
                .Prediction!.Probabilities
        );
    }

    [Fact]
    public void Evaluation_measures_the_same_predictions_from_features_that_are_kept()
    {
        for (var i = 0; i < 6; i++)
            _folder.PutImage($"data/{ClassNames[i % 2]}/{i}.png", i % 3, (ulong)i, 40, 30);
        var plain = Evaluate(1);
        var averaged = Evaluate(4);
        Assert.Equal((1, 6, 0), (plain.TestTimeViews, plain.FeaturesComputed, plain.FeaturesReused));
        Assert.Equal((4, 18, 6), (averaged.TestTimeViews, averaged.FeaturesComputed, averaged.FeaturesReused));
        Assert.Equal((0, 24), (Evaluate(4).FeaturesComputed, Evaluate(4).FeaturesReused));
        Assert.Equal(Loss(1), plain.Loss, 1e-6);
        Assert.Equal(Loss(4), averaged.Loss, 1e-6);
        Assert.NotEqual(plain.Loss, averaged.Loss);

        double Loss(int views)
        {
            using var classifier = Classifier.Load(_model, threads: 1, testTimeViews: views);
            return Enumerable
                .Range(0, 6)
                .Average(i =>
                    -Math.Log(classifier.Predict(_folder[$"data/{ClassNames[i % 2]}/{i}.png"]).Probabilities[i % 2])
                );
        }
    }

    private EvaluationReport Evaluate(int views)
    {
        using var workers = new WorkerPool(2);
        return new TransferLearning(new GraftHome(_folder["home"]), workers).Evaluate(
            new()
            {
                Model = _model,
                Data = _folder["data"],
                TestTimeViews = views,
            },
            null,
            TestContext.Current.CancellationToken
        );
    }
}
