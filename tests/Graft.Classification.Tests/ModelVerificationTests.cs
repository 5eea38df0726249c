using System.Text.Json.Nodes;
using Graft.Engines;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Weights;
using Graft.Weights.Onnx;

namespace Graft.Classification.Tests;

/// <summary>The golden images of a model file, and what they find out.</summary>
public sealed class ModelVerificationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ModelVerificationTests() => _model = TinyClassifier.Write(_folder["model.onnx"]);

    private GraftHome Home => new(_folder["home"]);

    private string Marks => _folder["home/verified"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Golden_images_follow_their_rule()
    {
        using var image = GoldenImages.Make(new Shape(5, 7, 3), 2);
        Assert.Equal(new Shape(1, 5, 7, 3), image.Shape);
        for (var y = 0; y < 5; y++)
        {
            for (var x = 0; x < 7; x++)
            {
                for (var c = 0; c < 3; c++)
                    Assert.Equal(
                        ((x * y * (c + 1) * 3 / 16) + (3 * x) + (5 * y * c) + 170) % 256,
                        image.Span[(((y * 7) + x) * 3) + c]
                    );
            }
        }
    }

    [Fact]
    public void A_file_that_is_as_it_was_passes_with_any_algorithm()
    {
        var exact = ModelVerification.Verify(_model, GraftEngine.Exact);
        Assert.True(exact.Passed);
        Assert.Equal((3, 0.0), (exact.Images, exact.LargestDifference));
        var quick = ModelVerification.Verify(_model, threads: 1);
        Assert.True(quick.Passed);
        Assert.InRange(quick.LargestDifference, 0, 1e-4);
    }

    [Fact]
    public void Answers_are_those_of_ONNX_Runtime_and_differ_from_each_other()
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        using var file = ClassifierFile.Read(_model);
        var golden = file.Metadata.Golden!;
        Assert.Equal(3, golden.Probabilities.Count);
        for (var number = 0; number < 3; number++)
        {
            using var image = GoldenImages.Make(file.Network.InputShape, number);
            var answer = Assert.Single(
                OnnxRuntimePeer.Run(new OnnxRuntimeJob(_model, image.Shape.Dimensions.ToArray(), image.Span.ToArray()))
            );
            Assert.All(golden.Probabilities[number].Zip(answer.Values), pair =>
                Assert.Equal(pair.First, pair.Second, 1e-5f)
            );
            Assert.True(
                golden
                    .Probabilities[number]
                    .Zip(golden.Probabilities[(number + 1) % 3])
                    .Max(pair => Math.Abs(pair.First - pair.Second)) > 0.01
            );
        }
    }

    [Fact]
    public void Answers_do_not_depend_on_the_number_of_threads()
    {
        using var backbone = TinyBackbone.Make();
        using var network = backbone.TakeNetwork();
        Assert.Equal(
            GoldenImages.Ask(network, GraftEngine.Default, 1),
            GoldenImages.Ask(network, GraftEngine.Default, 3)
        );
    }

    [Fact]
    public void An_altered_weight_is_found_and_the_model_refused()
    {
        var altered = Altered(model =>
        {
            foreach (ref var value in model.Network["head.logits"].Layer.Parameters[0].Value.Span)
                value += 0.3f;
            model.Network["head.logits"].Layer.Parameters[1].Value.Span[2] += 1;
        });
        var report = ModelVerification.Verify(altered);
        Assert.False(report.Passed);
        Assert.True(report.LargestDifference > ModelVerification.Tolerance);
        var error = Assert.Throws<WeightsFormatException>(() => Load(altered));
        Assert.Contains(altered, error.Message, StringComparison.Ordinal);
        Assert.Contains("graft verify", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Marks));
        Assert.Throws<WeightsFormatException>(() => Load(altered));
    }

    [Fact]
    public void Weights_that_are_not_numbers_are_found() =>
        Assert.Equal(
            double.PositiveInfinity,
            ModelVerification
                .Verify(Altered(model => model.Network["head.logits"].Layer.Parameters[1].Value.Span[0] = float.NaN))
                .LargestDifference
        );

    [Fact]
    public void Missing_answers_are_found()
    {
        var cut = WithTexts(texts =>
        {
            var golden = JsonNode.Parse(texts["graft.golden"])!;
            golden["probabilities"]!.AsArray().RemoveAt(1);
            texts["graft.golden"] = golden.ToJsonString();
        });
        Assert.False(ModelVerification.Verify(cut).Passed);
    }

    [Fact]
    public void A_file_is_checked_once_and_another_one_anew()
    {
        Load(_model);
        var mark = Assert.Single(Directory.GetFiles(Marks));
        var written = File.GetLastWriteTimeUtc(mark);
        Load(_model);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(Marks))));
        Load(_model, exact: true);
        Assert.Equal(2, Directory.GetFiles(Marks).Length);
        Load(TinyClassifier.Write(_folder["other.onnx"], scale: 2));
        Assert.Equal(3, Directory.GetFiles(Marks).Length);
    }

    [Fact]
    public void Where_nothing_can_be_remembered_the_check_is_made_each_time()
    {
        _folder.Put("home");
        Load(_model);
    }

    [Fact]
    public void A_file_without_golden_images_is_told_and_let_pass()
    {
        var older = WithTexts(texts => texts.Remove("graft.golden"));
        Assert.Contains(
            "An older version",
            Assert.Throws<WeightsFormatException>(() => ModelVerification.Verify(older)).Message,
            StringComparison.Ordinal
        );
        Load(older);
        Assert.False(Directory.Exists(Marks));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"rule\":1}")]
    [InlineData("{\"rule\":1,\"probabilities\":[]}")]
    [InlineData("{\"rule\":1,\"probabilities\":[null]}")]
    [InlineData("{\"rule\":1,\"probabilities\":[[1,0]]}")]
    [InlineData("{\"rule\":1,\"probabilities\":[[\"a\"]]}")]
    public void Damaged_golden_images_are_refused(string text) =>
        Assert.Throws<WeightsFormatException>(() =>
            ModelVerification.Verify(WithTexts(texts => texts["graft.golden"] = text))
        );

    [Fact]
    public void Golden_images_of_a_newer_rule_ask_for_an_update()
    {
        var newer = WithTexts(texts =>
            texts["graft.golden"] = texts["graft.golden"].Replace("\"rule\":1", "\"rule\":2", StringComparison.Ordinal)
        );
        Assert.Contains(
            "update Graft",
            Assert.Throws<WeightsFormatException>(() => ModelVerification.Verify(newer)).Message,
            StringComparison.Ordinal
        );
        Load(newer);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void A_verified_classifier_predicts_without_its_file_the_same_bits_as_an_unverified_one(
        bool exact,
        int views
    )
    {
        var options = exact ? GraftEngine.Exact : GraftEngine.Default;
        var image = _folder.PutImage("image.png", 1, 3);
        using var unverified = Classifier.Load(_model, 1, null, options, views);
        var expected = unverified.Predict(image).Probabilities;
        var path = _folder["copy.onnx"];
        // The second time the check is on record.
        for (var time = 0; time < 2; time++)
        {
            File.Copy(_model, path);
            using var classifier = Classifier.LoadVerified(Home, path, 1, null, options, views);
            File.Delete(path);
            Assert.Equal(expected, classifier.Predict(image).Probabilities);
            using var stream = File.OpenRead(image);
            Assert.Equal(expected, classifier.Predict(stream).Probabilities);
            Assert.Equal(expected, Assert.Single(classifier.PredictFiles([image], Token)).Prediction!.Probabilities);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private void Load(string path, bool exact = false) =>
        Classifier.LoadVerified(Home, path, engine: exact ? GraftEngine.Exact : GraftEngine.Default).Dispose();

    private string WithTexts(Action<Dictionary<string, string>> change) => Altered(_ => { }, change);

    private string Altered(Action<OnnxModel> change, Action<Dictionary<string, string>>? changeTexts = null)
    {
        using var model = OnnxModel.Read(_model);
        change(model);
        var texts = new Dictionary<string, string>(model.Metadata);
        changeTexts?.Invoke(texts);
        OnnxWriter.Write(_folder["altered.onnx"], model.Network, new OnnxExportOptions { Metadata = texts });
        return _folder["altered.onnx"];
    }
}
