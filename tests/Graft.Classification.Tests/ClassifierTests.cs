using Graft.Data;
using Graft.Features;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;

namespace Graft.Classification.Tests;

[Collection(nameof(SharedMemory))]
public sealed class ClassifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ClassifierTests() => _model = TinyClassifier.Write(_folder["model.onnx"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_classifier_comes_back_with_its_names_preprocessing_and_provenance()
    {
        using var classifier = Classifier.Load(_model, threads: 1);
        using var backbone = TinyBackbone.Make();
        Assert.Equal(TinyClassifier.ClassNames, classifier.ClassNames);
        Assert.Equal(TinyClassifier.Provenance, classifier.Provenance);
        Assert.Equal(backbone.Preprocessing, classifier.Preprocessing);
    }

    [Fact]
    public void Equal_work_gives_equal_bytes() =>
        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(TinyClassifier.Write(_folder["again.onnx"])));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_network_put_together_by_hand_says_the_same_whether_it_ends_in_logits_or_probabilities(
        bool withSoftmax
    )
    {
        using var backbone = TinyBackbone.Make();
        var preprocessing = backbone.Preprocessing;
        using var head = TinyClassifier.MakeHead();
        using var network = backbone.TakeNetwork();
        network.Append(head);
        if (withSoftmax)
            network.Add("own softmax", new Softmax());
        var before = network.Nodes.ToArray();
        Classifier.Save(_folder["own.onnx"], network, TinyClassifier.ClassNames, preprocessing);
        Assert.Equal(before, network.Nodes);

        using var own = Classifier.Load(_folder["own.onnx"]);
        using var classifier = Classifier.Load(_model);
        var picture = _folder.PutImage("a.png", 1, 3);
        Assert.Equal(classifier.Predict(picture).Probabilities, own.Predict(picture).Probabilities);
        Assert.Equal(classifier.ClassNames, own.ClassNames);

        Assert.Contains(
            "4 class names",
            Assert
                .Throws<ArgumentException>(() =>
                    Classifier.Save(_folder["wrong.onnx"], network, TinyClassifier.ClassNames[1..], preprocessing)
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "33 x 33",
            Assert
                .Throws<ArgumentException>(() =>
                    Classifier.Save(
                        _folder["wrong.onnx"],
                        network,
                        TinyClassifier.ClassNames,
                        preprocessing.WithSize(33)
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(_folder["wrong.onnx"]));
    }

    [Fact]
    public void Path_stream_picture_and_pixels_give_exactly_the_same()
    {
        using var classifier = Classifier.Load(_model, threads: 2);
        var path = _folder.PutImage("a.png", 1, 3);
        var expected = classifier.Predict(path);
        using var stream = File.OpenRead(path);
        using var image = SampleImages.Image(1, 3);
        using var pixels = Pixels(classifier, path);
        Assert.Equal(expected.Probabilities, classifier.Predict(stream).Probabilities);
        Assert.Equal(expected.Probabilities, classifier.Predict(image).Probabilities);
        Assert.Equal(expected.Probabilities, Assert.Single(classifier.Predict(pixels)).Probabilities);
        Assert.Equal(
            expected.Probabilities,
            Assert.Single(classifier.PredictFiles([path], Token)).Prediction!.Probabilities
        );
    }

    [Fact]
    public void A_prediction_ranks_the_classes()
    {
        using var classifier = Classifier.Load(_model);
        var prediction = classifier.Predict(_folder.PutImage("a.png", 1, 3));
        Assert.Equal(1, prediction.Probabilities.Sum(), 1e-6);
        Assert.All(prediction.Probabilities, value => Assert.InRange(value, 0, 1));
        Assert.Equal(5, prediction.Ranked.Count);
        Assert.Equal(prediction.Probabilities.OrderDescending(), prediction.Ranked.Select(item => item.Probability));
        Assert.All(prediction.Ranked, item =>
            Assert.Equal(
                prediction.Probabilities[Array.IndexOf(TinyClassifier.ClassNames, item.Label)],
                item.Probability
            )
        );
        Assert.Equal(prediction.Ranked[0].Label, prediction.Label);
        Assert.Equal(prediction.Ranked[0].Probability, prediction.Probability);
    }

    [Fact]
    public void Probabilities_are_those_of_the_head_on_extracted_features()
    {
        using var classifier = Classifier.Load(_model);
        using var backbone = TinyBackbone.Make();
        using var head = TinyClassifier.MakeHead();
        using var store = FeatureStore.InMemory();
        using var workers = new WorkerPool(1);
        var paths = Enumerable.Range(0, 5).Select(i => _folder.PutImage($"{i}.png", i % 3, (ulong)i)).ToArray();
        using var features = new FeatureExtractor(backbone, store, workers).Extract(
            [.. paths.Select(path => ImageSample.FromFile(path))],
            null,
            Token
        );
        using var values = new Trainer(head, workers).Predict(
            new FeatureBatches(new(features, [0, 1, 2, 3, 4], new int[5])),
            Token
        );
        for (var i = 0; i < 5; i++)
        {
            Softmax.Apply(values.Rows(i), values.Rows(i));
            var probabilities = classifier.Predict(paths[i]).Probabilities;
            Assert.All(values.Rows(i).ToArray().Zip(probabilities), pair =>
                Assert.Equal(pair.First, pair.Second, 1e-6f)
            );
        }
    }

    [Fact]
    public async Task Threads_that_predict_at_once_get_what_one_alone_gets()
    {
        using var classifier = Classifier.Load(_model, threads: 2);
        var paths = Enumerable.Range(0, 12).Select(i => _folder.PutImage($"{i}.png", i % 3, (ulong)i)).ToArray();
        var expected = paths.Select(path => classifier.Predict(path).Probabilities).ToArray();
        var threads = Enumerable
            .Range(0, 8)
            .Select(thread =>
                Task.Factory.StartNew(
                    () =>
                    {
                        for (var i = 0; i < 60; i++)
                        {
                            var which = ((thread * 5) + i) % paths.Length;
                            Assert.Equal(expected[which], classifier.Predict(paths[which]).Probabilities);
                        }
                    },
                    Token,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            );
        await Task.WhenAll(threads);
    }

    [Fact]
    public void Files_are_classified_in_order_with_errors_in_between()
    {
        using var classifier = Classifier.Load(_model, threads: 2);
        var paths = Enumerable
            .Range(0, 30)
            .Select(i =>
                i % 4 == 1 ? _folder.Put($"{i}.jpg", "text")
                : i % 4 == 3 ? _folder[$"missing {i}"]
                : _folder.PutImage($"{i}.png", 0, (ulong)i)
            )
            .ToArray();
        var results = classifier.PredictFiles(paths, Token).ToArray();
        Assert.Equal(paths, results.Select(result => result.Path));
        for (var i = 0; i < paths.Length; i++)
        {
            Assert.Equal(i % 2 == 1, results[i].Error is not null);
            Assert.Equal(i % 2 == 0, results[i].Prediction is not null);
            if (i % 2 == 0)
                Assert.Equal(classifier.Predict(paths[i]).Probabilities, results[i].Prediction!.Probabilities);
            else
                Assert.Contains(paths[i], results[i].Error!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Stopping_in_the_middle_of_many_files_gives_all_memory_back()
    {
        var paths = Enumerable.Range(0, 40).Select(i => _folder.PutImage($"{i}.png", 0, (ulong)i)).ToArray();
        using var guard = new LeakGuard();
        using (var classifier = Classifier.Load(_model, threads: 2))
        {
            Assert.Equal(3, classifier.PredictFiles(paths, Token).Take(3).Count());
            using var source = new CancellationTokenSource();
            var seen = 0;
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (var result in classifier.PredictFiles(paths, source.Token))
                {
                    if (++seen == 5)
                        source.Cancel();
                }
            });
            Assert.Equal(5, seen);
        }

        // Pictures that were being decoded ahead are freed as soon as their decoding ends.
        Assert.True(SpinWait.SpinUntil(() => guard.LeakedBytes == 0, 10_000));
    }

    [Fact]
    public void Bad_pictures_are_errors_that_name_them()
    {
        using var classifier = Classifier.Load(_model, limits: new ImageLimits { MaximumFileBytes = 200 });
        var text = _folder.Put("text.jpg", "no picture");
        Assert.Contains(
            text,
            Assert.Throws<ImageException>(() => classifier.Predict(text)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ImageException>(() => classifier.Predict(_folder["missing.jpg"]));
        Assert.Throws<ArgumentException>(() => classifier.Predict(""));
        var content = SampleImages.Png(0, 1);
        Assert.True(content.Length > 200);
        Assert.Contains(
            "'upload'",
            Assert.Throws<ImageException>(() => classifier.Predict(new MemoryStream(content), "upload")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ImageException>(() => classifier.Predict(new MemoryStream()));
    }

    [Fact]
    public void Pixels_of_another_shape_or_without_numbers_are_refused()
    {
        using var classifier = Classifier.Load(_model);
        using var small = Tensor.Zeros(new Shape(1, 8, 16, 3));
        using var flat = Tensor.Zeros(new Shape(16, 16, 3));
        using var broken = Tensor.Zeros(new Shape(2, 16, 16, 3));
        Assert.Contains(
            "[n, 16, 16, 3]",
            Assert.Throws<ArgumentException>(() => classifier.Predict(small)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => classifier.Predict(flat));
        broken.Rows(1).Fill(float.NaN);
        Assert.Throws<ArithmeticException>(() => classifier.Predict(broken));
    }

    [Fact]
    public void Loading_and_predicting_gives_all_memory_back()
    {
        var path = _folder.PutImage("a.png", 0, 1);
        using var guard = new LeakGuard();
        using var classifier = Classifier.Load(_model, threads: 2);
        classifier.Predict(path);
        Assert.Throws<ImageException>(() => classifier.Predict(_folder["missing"]));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void ONNX_Runtime_gives_the_same_probabilities()
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        using var classifier = Classifier.Load(_model);
        var paths = Enumerable.Range(0, 6).Select(i => _folder.PutImage($"{i}.png", i % 3, (ulong)i)).ToArray();
        using var pixels = Tensor.Uninitialized(new Shape(6, TinyBackbone.Size, TinyBackbone.Size, 3));
        for (var i = 0; i < 6; i++)
        {
            using var one = Pixels(classifier, paths[i]);
            one.Span.CopyTo(pixels.Rows(i));
        }

        var expected = paths.SelectMany(path => classifier.Predict(path).Probabilities).ToArray();
        Assert.True(expected.Max() - expected.Min() > 0.1f);
        var answer = Assert.Single(
            OnnxRuntimePeer.Run(new OnnxRuntimeJob(_model, [6, 16, 16, 3], pixels.Span.ToArray()))
        );
        Assert.Equal([6, 5], answer.Shape);
        Assert.All(expected.Zip(answer.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static Tensor Pixels(Classifier classifier, string path)
    {
        var pixels = Tensor.Uninitialized(new Shape(1, TinyBackbone.Size, TinyBackbone.Size, 3));
        new ImageLoader(classifier.Preprocessing).Load(path, pixels.Span);
        return pixels;
    }
}
