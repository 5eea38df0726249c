using System.Globalization;
using Graft.Classification;
using Graft.Features.Backbones;
using Graft.Imaging.Augmentation;
using Graft.Learning.Heads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;
using Graft.Weights.Onnx;

namespace Graft.Training.Tests.Runs;

/// <summary>Every way to train, with the real ResNet-50 on small pictures of two patterns.</summary>
[Trait("Category", "Slow")]
public sealed class MethodTests : IDisposable
{
    private const int Size = 64;

    private static readonly string[] Classes = ["chess", "stripes"];

    private readonly TemporaryFolder _folder = new();
    private readonly ResNetHome _home = new();
    private readonly WorkerPool _workers = new(2);

    public MethodTests()
    {
        for (var c = 0; c < Classes.Length; c++)
        {
            for (var i = 0; i < 8; i++)
                _folder.PutImage($"data/{Classes[c]}/{i}.png", 2 - c, (ulong)i, 90, 70);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _workers.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("dense:8")]
    [InlineData("conv:4")]
    public void A_frozen_trunk_does_not_change_by_a_bit(string head)
    {
        var report = Train(
            Request("run", TrainingMethod.Frozen) with
            {
                Head = HeadSpecification.Parse(head),
                Epochs = 2,
            }
        );
        Assert.Equal(
            (2, (string?)null, AugmentationOptions.Standard.ToString()),
            (report.Epochs, report.Unfrozen, report.Augmentation)
        );
        Assert.False(report.ValidationDecidedStopping);
        Assert.Empty(Changed(report.Model));
        AssertPredictionsAreTheModels(report);
    }

    [Theory]
    [InlineData(null, "layer4", true)]
    [InlineData("layer4.2.conv3", "layer4.2.conv3", false)]
    public void Fine_tuning_changes_what_is_unfrozen_but_for_statistics_of_batch_normalisation(
        string? unfreeze,
        string unfrozen,
        bool augmented
    )
    {
        var request = Request("run", TrainingMethod.FineTune) with
        {
            Unfreeze = unfreeze,
            Epochs = 2,
            Augmentation = augmented ? null : AugmentationOptions.None,
        };
        var report = Train(request);
        Assert.Equal(unfrozen, report.Unfrozen);
        var changed = Changed(report.Model);
        Assert.NotEmpty(changed);
        Assert.All(changed, name =>
            Assert.StartsWith(unfrozen == "layer4" ? "layer4." : "layer4.2.", name, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(changed, name => name.Contains("running", StringComparison.Ordinal));
        Assert.Contains(changed, name => name.StartsWith("layer4.2.conv3", StringComparison.Ordinal));
        AssertPredictionsAreTheModels(report);

        // Neither threads nor what is cached already has an influence.
        using var one = new WorkerPool(1);
        var again = new TransferLearning(_home.Home, one).Train(
            request with
            {
                Output = _folder["again"],
            },
            null,
            Token
        );
        Assert.Equal(File.ReadAllBytes(report.Model), File.ReadAllBytes(again.Model));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("dense:8")]
    public void Several_views_are_computed_once_and_learned_from(string head)
    {
        var request = Request("run", TrainingMethod.Features) with
        {
            Head = HeadSpecification.Parse(head),
            Views = 3,
            Epochs = 3,
        };
        var report = Train(request);
        Assert.Equal(AugmentationOptions.Standard.ToString(), report.Augmentation);
        var plain = Train(request with { Views = null, Output = _folder["plain"] });
        Assert.NotEqual(File.ReadAllBytes(plain.Model), File.ReadAllBytes(report.Model));
        Assert.Equal(
            File.ReadAllBytes(report.Model),
            File.ReadAllBytes(Train(request with { Output = _folder["again"] }).Model)
        );
    }

    [Fact]
    public void A_learning_rate_is_looked_for_once_and_kept()
    {
        var report = Train(
            Request("run", TrainingMethod.Frozen) with
            {
                Epochs = 1,
                FindLearningRate = true,
                Augmentation = AugmentationOptions.None,
            }
        );
        Assert.NotEmpty(CsvTable.Read(_folder["run/learning-rate.csv"]));
        var model = File.ReadAllBytes(report.Model);
        File.Delete(_folder["run/report.json"]);
        File.Delete(_folder["run/learning-rate.csv"]);
        Assert.Equal(
            model,
            File.ReadAllBytes(new TransferLearning(_home.Home, _workers).Resume(_folder["run"], null, Token).Model)
        );
        Assert.False(File.Exists(_folder["run/learning-rate.csv"]));
    }

    [Fact]
    public void What_cannot_be_unfrozen_is_refused_before_anything_is_computed()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Train(Request("run", TrainingMethod.FineTune) with { Unfreeze = "layer9" })
        );
        Assert.Contains("layer1, layer2, layer3, layer4", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_home.Home.Features));
    }

    private TrainingRequest Request(string run, TrainingMethod method) =>
        new()
        {
            Data = _folder["data"],
            Method = method,
            Backbone = new() { Preprocessing = new() { ImageSize = Size } },
            Output = _folder[run],
            Seed = 4,
        };

    private TrainingReport Train(TrainingRequest request) =>
        new TransferLearning(_home.Home, _workers).Train(request, null, Token);

    /// <summary>The trunk's parameters that differ from the pretrained ones in any bit.</summary>
    private List<string> Changed(string model)
    {
        using var backbone = Backbone.Load(new ModelStore(_home.Home), "resnet50", Size);
        using var trained = OnnxModel.Read(model);
        var now = trained.Network.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Value);
        return
        [
            .. backbone
                .Network.Parameters.Where(pair => !pair.Value.Value.Span.SequenceEqual(now[pair.Key].Span))
                .Select(pair => pair.Key),
        ];
    }

    private void AssertPredictionsAreTheModels(TrainingReport report)
    {
        using var classifier = Classifier.Load(report.Model);
        var rows = CsvTable.Read(Path.Combine(report.Run, "predictions.csv"));
        Assert.Equal(16, rows.Count);
        foreach (var row in rows)
            Assert.Equal(
                classifier.Predict(Path.Combine(_folder["data"], row["path"])).Probability,
                float.Parse(row["probability1"], CultureInfo.InvariantCulture),
                2e-5f
            );
    }
}
