using Graft.Classification;
using Graft.Features.Backbones;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Features.Tests.Backbones;

/// <summary>
/// Every way to train on a network from a file: the model that comes of it, evaluating, predicting, features.
/// </summary>
public sealed class ForeignBackboneRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);
    private readonly GraftHome _home;

    public ForeignBackboneRunTests()
    {
        _home = new(_folder["home"]);
        for (var c = 1; c < 3; c++)
        {
            for (var i = 0; i < 10; i++)
                _folder.PutImage($"data/class{c}/{i}.png", c, (ulong)i, 50, 40);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("onnx", TrainingMethod.Features, null)]
    [InlineData("tfjs", TrainingMethod.Features, null)]
    [InlineData("keras", TrainingMethod.Frozen, null)]
    [InlineData("onnx", TrainingMethod.FineTune, "conv_b")]
    [InlineData("tfjs", TrainingMethod.FineTune, "conv_b")]
    public void The_model_of_a_network_in_a_file_evaluates_and_predicts_as_the_run_did(
        string kind,
        TrainingMethod method,
        string? unfrozen
    )
    {
        var (file, weights) = ForeignNetworks.Write(kind, _folder.Path);
        var source = new BackboneSource
        {
            Name = file,
            Weights = weights,
            Preprocessing = new() { Preset = PreprocessingPreset.Unit },
        };
        var learning = new TransferLearning(_home, _workers);
        var report = learning.Train(
            new()
            {
                Data = _folder["data"],
                Backbone = source,
                Method = method,
                Epochs = 2,
                Output = _folder["run"],
            },
            null,
            Token
        );
        Assert.Equal(
            (
                kind == "tfjs" ? $"{Path.GetFileName(_folder.Path)}/model.json" : Path.GetFileName(file),
                "mean",
                unfrozen
            ),
            (report.Backbone.Name, report.Backbone.Node, report.Unfrozen)
        );
        Assert.Equal(
            ("32x32 stretch, rgb, scale 0.003921569, mean 0/0/0, deviation 1/1/1", PreprocessingOrigin.Options),
            (report.Backbone.Preprocessing, report.Backbone.PreprocessingOrigin)
        );

        // The model file needs nothing of where it came from.
        File.Delete(file);
        var evaluation = learning.Evaluate(new() { Model = report.Model, Data = _folder["data"] }, null, Token);
        Assert.Equal(20, evaluation.Images);
        var mean =
            ((report.TrainAccuracy * report.TrainImages) + (report.ValidationAccuracy!.Value * report.ValidationImages))
            / 20;
        Assert.Equal(mean, evaluation.Accuracy, 1e-9);
        using var classifier = Classifier.Load(report.Model);
        Assert.Equal(["class1", "class2"], classifier.ClassNames);
        Assert.Equal(1, classifier.Predict(_folder["data/class1/3.png"]).Probabilities.Sum(), 1e-5);

        // And is a backbone itself, with its preprocessing.
        using var again = new BackboneLoader(new ModelStore(_home)).Load(
            new() { Name = report.Model },
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal(
            (PreprocessingOrigin.File, "mean", classifier.Preprocessing),
            (again.PreprocessingOrigin, again.Node, again.Preprocessing)
        );
    }

    [Fact]
    public void Features_can_be_taken_at_any_node_and_what_they_cost_is_told()
    {
        var (file, _) = ForeignNetworks.Write("onnx", _folder.Path);
        var notices = new List<string>();
        var report = FeatureExport.Run(
            _home,
            _workers,
            new()
            {
                Data = _folder["data"],
                Output = _folder["out.npy"],
                Backbone = new() { Name = file, Cut = "relu_b" },
            },
            new Notices(notices),
            Token
        );
        Assert.Equal([20, 8, 8, 12], report.Shape);
        Assert.Equal(8 * 8 * 12 * 4, report.BytesPerImage);
        Assert.Equal(
            ("relu_b", PreprocessingOrigin.Assumed),
            (report.Backbone.Node, report.Backbone.PreprocessingOrigin)
        );
        Assert.Contains("--preprocessing", Assert.Single(notices), StringComparison.Ordinal);
    }

    private sealed class Notices(List<string> texts) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Notice is { } notice)
                texts.Add(notice);
        }
    }
}
