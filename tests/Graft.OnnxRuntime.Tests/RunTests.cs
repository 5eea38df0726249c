using System.Text.Json;
using Graft.Engines;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.OnnxRuntime.Tests;

/// <summary>Whole runs with a small network from a file.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);
    private readonly TransferLearning _learning;
    private readonly string _network;

    public RunTests()
    {
        _network = ForeignNetworks.Write("onnx", _folder.Path).File;
        _learning = new(new GraftHome(_folder["home"]), _workers, new EngineSet(OnnxRuntimeEngine.Entry));
        for (var kind = 0; kind < 3; kind++)
        {
            for (var i = 0; i < 8; i++)
                _folder.PutImage($"data/class {kind}/{i}.png", kind, (ulong)((10 * kind) + i));
        }
    }

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(TrainingMethod.Features)]
    [InlineData(TrainingMethod.Frozen)]
    [InlineData(TrainingMethod.FineTune)]
    public void A_run_gives_the_same_answers_on_either_engine_and_mixes_no_features(TrainingMethod method)
    {
        var own = Train(method, GraftEngine.Default, "own");
        Assert.Equal((24, 0), (own.FeaturesComputed, own.FeaturesReused));
        var other = Train(method, new OnnxRuntimeEngine(), "other");
        Assert.Equal((24, 0), (other.FeaturesComputed, other.FeaturesReused));
        Assert.Equal(("graft", "onnxruntime:cpu"), (own.Backbone.Engine, other.Backbone.Engine));
        Assert.Equal(own.TrainLoss, other.TrainLoss, 1e-3);
        Assert.Equal(own.ValidationAccuracy, other.ValidationAccuracy);

        var again = Train(method, new OnnxRuntimeEngine(), "again");
        Assert.Equal((0, 24), (again.FeaturesComputed, again.FeaturesReused));
        using var store = FeatureStore.Open(_folder["home/features.db"]);
        var engines = store.Describe().Select(space => space.Space.Numerics).ToHashSet();
        Assert.Contains(GraftEngine.Default.Numerics, engines);
        Assert.Contains(new OnnxRuntimeEngine().Numerics, engines);
    }

    [Fact]
    public void The_run_folder_names_the_engine_and_a_resumed_run_has_it_again()
    {
        Train(TrainingMethod.Features, new OnnxRuntimeEngine(), "run");
        var arguments = _folder["run/arguments.json"];
        using (var document = JsonDocument.Parse(File.ReadAllText(arguments)))
            Assert.Equal("onnxruntime:cpu", document.RootElement.GetProperty("engine").GetString());

        // As if it had been killed before its report was written.
        File.Delete(_folder["run/report.json"]);
        var resumed = _learning.Resume(_folder["run"], null, TestContext.Current.CancellationToken);
        Assert.Equal("onnxruntime:cpu", resumed.Backbone.Engine);

        File.Delete(_folder["run/report.json"]);
        var without = new TransferLearning(new GraftHome(_folder["home"]), _workers);
        var error = Assert.Throws<RunException>(() =>
            without.Resume(_folder["run"], null, TestContext.Current.CancellationToken)
        );
        Assert.Contains("'onnxruntime:cpu' is not an engine", error.Message);
    }

    [Theory]
    [InlineData("true", "graft:exact")]
    [InlineData("false", "graft")]
    public void A_run_from_before_there_were_engines_is_resumed_with_its_arithmetic(string exact, string engine)
    {
        Train(TrainingMethod.Features, GraftEngine.Default, "run");
        var arguments = _folder["run/arguments.json"];
        var text = File.ReadAllText(arguments);
        var earlier = text.Replace("\"engine\": \"graft\",", "", StringComparison.Ordinal)
            .Replace("\"seed\": 0,", $"\"seed\": 0,\n\"exact\": {exact},", StringComparison.Ordinal);
        Assert.DoesNotContain("engine", earlier);
        Assert.Contains("exact", earlier);
        File.WriteAllText(arguments, earlier);
        File.Delete(_folder["run/report.json"]);
        var resumed = _learning.Resume(_folder["run"], null, TestContext.Current.CancellationToken);
        Assert.Equal(engine, resumed.Backbone.Engine);
    }

    private TrainingReport Train(TrainingMethod method, IEngine engine, string run) =>
        _learning.Train(
            new()
            {
                Data = _folder["data"],
                Backbone = new() { Name = _network },
                Method = method,
                Unfreeze = method == TrainingMethod.FineTune ? "conv_b" : null,
                Epochs = method == TrainingMethod.Features ? null : 2,
                Engine = engine,
                Output = _folder[run],
            },
            null,
            TestContext.Current.CancellationToken
        );
}
