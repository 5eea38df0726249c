using System.Globalization;
using Graft.Classification;
using Graft.Features.Backbones;
using Graft.Imaging.Augmentation;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Testing.Oracles;
using Graft.Training.Runs;
using Graft.Weights.Onnx;

namespace Graft.Training.Tests.Runs;

/// <summary>
/// Every way to train on a network of tokens, on images of its own size: the model gives what the oracle computes from
/// its layers, in the run, when it is loaded, and in ONNX Runtime.
/// </summary>
public sealed class TokenRunTests : IDisposable
{
    private const int Images = 10;

    private static readonly string[] Classes = ["chess", "stripes"];

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);

    public TokenRunTests()
    {
        for (var c = 0; c < Classes.Length; c++)
        {
            for (var i = 0; i < Images; i++)
                _folder.PutImage($"data/{Classes[c]}/{i}.png", 2 - c, (ulong)i, TokenNetworks.Size, TokenNetworks.Size);
        }
    }

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(TrainingMethod.Features, "linear", "mean")]
    [InlineData(TrainingMethod.Features, "dense:6", "mean")]
    [InlineData(TrainingMethod.Features, "conv:5", "norm")]
    [InlineData(TrainingMethod.Frozen, "linear", "mean")]
    [InlineData(TrainingMethod.Frozen, "conv:5", "norm")]
    [InlineData(TrainingMethod.FineTune, "linear", "mean")]
    [InlineData(TrainingMethod.FineTune, "conv:5", "norm")]
    public void The_model_is_what_its_layers_compute(TrainingMethod method, string head, string node)
    {
        var report = Train(method, head, AugmentationOptions.None);
        Assert.Equal(node, report.Backbone.Node);
        Assert.Equal(
            node == "norm" ? [TokenNetworks.Tokens, TokenNetworks.Channels] : [TokenNetworks.Channels],
            report.Backbone.FeatureShape
        );
        Assert.Equal(method == TrainingMethod.FineTune ? "project" : null, report.Unfrozen);
        var changed = Changed(report.Model);
        if (method == TrainingMethod.FineTune)
            Assert.Contains("project.weight", changed);
        Assert.DoesNotContain("expand.weight", changed);

        using var model = OnnxModel.Read(report.Model);
        using var classifier = Classifier.Load(report.Model, threads: 1);
        var rows = CsvTable.Read(Path.Combine(report.Run, "predictions.csv")).ToDictionary(row => row["path"]);
        var pixels = new DoubleTensor(Classes.Length * Images, TokenNetworks.Size, TokenNetworks.Size, 3);
        for (var image = 0; image < pixels.Shape[0]; image++)
            SampleImages
                .Pixels(TokenNetworks.Size, TokenNetworks.Size, 2 - (image / Images), (ulong)(image % Images))
                .CopyTo(pixels.Values, image * TokenNetworks.Size * TokenNetworks.Size * 3);
        var expected = NetworkOracle.Apply(model.Network, pixels);
        for (var image = 0; image < pixels.Shape[0]; image++)
        {
            var path = $"{Classes[image / Images]}/{image % Images}.png";
            var loaded = classifier.Predict(Path.Combine(_folder["data"], path));
            for (var c = 0; c < Classes.Length; c++)
            {
                Assert.Equal(expected[image, c], loaded.Probabilities[c], 1e-5);
                var place = rows[path]["class1"] == Classes[c] ? 1 : 2;
                Assert.Equal(Classes[c], rows[path][$"class{place}"]);
                Assert.Equal(
                    expected[image, c],
                    double.Parse(rows[path][$"probability{place}"], CultureInfo.InvariantCulture),
                    1e-5
                );
            }
        }

        // Tokens that are the pixels of a feature map have places in the image.
        Assert.Contains(
            "Grad-CAM",
            File.ReadAllText(Path.Combine(report.Run, "report.html")),
            StringComparison.Ordinal
        );
        var verified = ModelVerification.Verify(report.Model);
        Assert.True(verified.Passed);
        if (OnnxRuntimePeer.WhyUnavailable is not null)
            return;
        var answer = Assert.Single(
            OnnxRuntimePeer.Run(
                new OnnxRuntimeJob(
                    report.Model,
                    pixels.Shape.Dimensions.ToArray(),
                    pixels.Values.Select(value => (float)value).ToArray()
                )
            )
        );
        Closeness.Demand(expected.Values, answer.Values, 1e-5, "ONNX Runtime");
    }

    [Fact]
    public void Augmented_images_are_learned_from_and_several_views_too()
    {
        var frozen = Train(TrainingMethod.Frozen, "conv:5", AugmentationOptions.Standard);
        Assert.Equal(2, frozen.Epochs);
        Assert.DoesNotContain(Changed(frozen.Model), name => !name.StartsWith("head.", StringComparison.Ordinal));
        var views = Train(TrainingMethod.Features, "conv:5", null, views: 3);
        Assert.Equal(AugmentationOptions.Standard.ToString(), views.Augmentation);
    }

    private TrainingReport Train(
        TrainingMethod method,
        string head,
        AugmentationOptions? augmentation,
        int? views = null
    ) =>
        new TransferLearning(new GraftHome(_folder["home"]), _workers).Train(
            new()
            {
                Data = _folder["data"],
                Backbone = new()
                {
                    Name = TokenNetworks.Write(_folder["tokens.onnx"]),
                    Preprocessing = new() { Preset = PreprocessingPreset.Unit },
                },
                Method = method,
                Head = HeadSpecification.Parse(head),
                Unfreeze = method == TrainingMethod.FineTune ? "project" : null,
                Augmentation = augmentation,
                Views = views,
                Epochs = 2,
                Output = _folder["run"],
            },
            null,
            TestContext.Current.CancellationToken
        );

    /// <summary>The parameters of the model that the network in the file does not have, or has with other values.</summary>
    private static List<string> Changed(string model)
    {
        using var before = TokenNetworks.Make();
        using var trained = OnnxModel.Read(model);
        var values = before.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Value);
        return
        [
            .. trained
                .Network.Parameters.Where(pair =>
                    !values.TryGetValue(pair.Key, out var value) || !value.Span.SequenceEqual(pair.Value.Value.Span)
                )
                .Select(pair => pair.Key),
        ];
    }
}
