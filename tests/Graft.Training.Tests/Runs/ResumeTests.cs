using System.Text.Json.Nodes;
using Graft.Data;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

[Trait("Category", "Slow")]
public sealed class ResumeTests : IDisposable
{
    private static readonly string[] Classes = ["chess", "stripes"];

    private readonly TemporaryFolder _folder = new();
    private readonly ResNetHome _home = new();
    private readonly WorkerPool _workers = new(2);

    public ResumeTests()
    {
        for (var c = 0; c < Classes.Length; c++)
        {
            for (var i = 0; i < 6; i++)
                _folder.PutImage($"data/{Classes[c]}/{i}.png", 2 - c, (ulong)i);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingRequest Request =>
        new()
        {
            Data = _folder["data"],
            Backbone = new() { Preprocessing = new() { ImageSize = 64 } },
            Output = _folder["run"],
        };

    public void Dispose()
    {
        _workers.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Of_a_finished_run_nothing_changes()
    {
        var report = Learning().Train(Request, null, Token);
        var before = Files();
        _folder.PutImage("data/chess/new.png", 2, 77);
        var again = Learning().Resume(_folder["run"], null, Token);
        Assert.Equal(before, Files());
        Assert.Equal(
            (report.ValidationLoss, report.TrainLoss, report.TotalSeconds, report.Model),
            (again.ValidationLoss, again.TrainLoss, again.TotalSeconds, again.Model)
        );
        Assert.Equal(report.Classes, again.Classes);
    }

    [Theory]
    [InlineData("arguments.json")]
    [InlineData("arguments.json", "images.csv")]
    [InlineData(
        "arguments.json",
        "images.csv",
        "bad-images.csv",
        "history.csv",
        "metrics.json",
        "predictions.csv",
        "model.onnx"
    )]
    public void A_run_that_got_no_further_than_some_files_starts_again_from_its_arguments(params string[] written)
    {
        var model = File.ReadAllBytes(Learning().Train(Request with { Seed = 5 }, null, Token).Model);
        foreach (
            var file in Directory.GetFiles(_folder["run"]).Where(path => !written.Contains(Path.GetFileName(path)))
        )
            File.Delete(file);
        var report = Learning().Resume(_folder["run"], null, Token);
        Assert.Equal(_folder["run"], report.Run);
        Assert.Equal(model, File.ReadAllBytes(report.Model));
        Assert.Equal(10, Directory.GetFiles(_folder["run"]).Length);
    }

    [Fact]
    public void Interrupted_it_tells_which_run_can_be_resumed()
    {
        using var source = new CancellationTokenSource();
        var error = Assert.Throws<RunInterruptedException>(() =>
            Learning().Train(Request, new Interrupter(source), source.Token)
        );
        Assert.Equal(_folder["run"], error.Run);
        Assert.False(File.Exists(_folder["run/model.onnx"]));
        var resumed = File.ReadAllBytes(Learning().Resume(error.Run, null, Token).Model);
        Assert.Equal(
            File.ReadAllBytes(Learning().Train(Request with { Output = _folder["whole"] }, null, Token).Model),
            resumed
        );
    }

    [Theory]
    [InlineData("new", "'chess/new.png'", "was not there")]
    [InlineData("gone", "'stripes/3.png'", "gone")]
    [InlineData("other", "'stripes/3.png'", "other content")]
    public void Changed_images_are_an_error_that_names_one(string change, string name, string what)
    {
        Learning().Train(Request with { ValidationFraction = 0 }, null, Token);
        File.Delete(_folder["run/report.json"]);
        if (change == "new")
            _folder.PutImage("data/chess/new.png", 2, 77);
        else if (change == "gone")
            File.Delete(_folder["data/stripes/3.png"]);
        else
            _folder.PutImage("data/stripes/3.png", 1, 77);
        var error = Assert.Throws<RunException>(() => Learning().Resume(_folder["run"], null, Token));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_is_refused()
    {
        Assert.Contains("no run folder", Refusal(_folder["nowhere"]), StringComparison.Ordinal);
        Assert.Contains("arguments.json", Refusal(_folder["data"]), StringComparison.Ordinal);

        Learning().Train(Request, null, Token);
        File.Delete(_folder["run/report.json"]);
        var arguments = File.ReadAllText(_folder["run/arguments.json"]);
        File.WriteAllText(_folder["run/arguments.json"], arguments[..(arguments.Length / 2)]);
        Assert.Contains("arguments of a run were expected", Refusal(_folder["run"]), StringComparison.Ordinal);

        var older = JsonNode.Parse(arguments)!;
        older["graft"] = "0.0.7";
        File.WriteAllText(_folder["run/arguments.json"], older.ToJsonString());
        Assert.Contains("begun by Graft 0.0.7", Refusal(_folder["run"]), StringComparison.Ordinal);

        File.WriteAllText(_folder["run/arguments.json"], arguments);
        File.WriteAllText(_folder["run/images.csv"], "split,path\r\n");
        Assert.Contains("images.csv", Refusal(_folder["run"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_no_dataset_does_not_cost_the_run_that_is_there()
    {
        Learning().Train(Request, null, Token);
        var before = Files();
        Assert.Throws<DatasetException>(() => Learning().Train(Request with { Data = _folder["run"] }, null, Token));
        Assert.Equal(before, Files());
    }

    private TransferLearning Learning() => new(_home.Home, _workers);

    private string Refusal(string run) =>
        Assert.Throws<RunException>(() => Learning().Resume(run, null, Token)).Message;

    private IEnumerable<(string Path, DateTime Written, string Content)> Files() =>
        [
            .. Directory
                .GetFiles(_folder["run"], "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    (
                        path,
                        File.GetLastWriteTimeUtc(path),
                        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))
                    )
                ),
        ];

    /// <summary>Interrupts when the first features are computed.</summary>
    private sealed class Interrupter(CancellationTokenSource source) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == RunPhase.Features)
                source.Cancel();
        }
    }
}
