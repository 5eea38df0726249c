using System.Diagnostics;
using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>
/// A training that was killed or interrupted ends, when it is resumed, in the very model of one that was not.
/// </summary>
[Collection(WholeRuns.Name)]
[Trait("Category", "Slow")]
public sealed class TrainingResumeTests : IDisposable
{
    private const int Kills = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly string _home;

    public TrainingResumeTests()
    {
        _home = GraftWeights.Home(_folder["home"]);
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 20, seed: 5);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("frozen", "5")]
    [InlineData("frozen", "3", "--refit", "yes", "--calibration-fraction", "0.7")]
    [InlineData("features", "40")]
    public void Killed_at_random_moments_it_ends_in_the_same_model(string method, string epochs, params string[] more)
    {
        string[] options =
        [
            "--method",
            method,
            "--head",
            "dense:16",
            "--epochs",
            epochs,
            "--image-size",
            "64",
            "--checkpoint-every",
            "0s",
            "--threads",
            "1",
            .. more,
        ];
        var clock = Stopwatch.StartNew();
        var whole = Model(GraftProcess.Run(Train("whole", options), _home).Succeeded());
        var duration = clock.ElapsedMilliseconds;
        var random = new Random(20_261_125);
        var kills = 0;
        for (var run = 0; kills < Kills / 2; run++)
        {
            var name = $"run{run}";
            while (!File.Exists(_folder[$"{name}/report.json"]))
            {
                using var process = GraftProcess.Start(
                    File.Exists(_folder[$"{name}/arguments.json"]) ? Resume(name) : Train(name, options),
                    _home
                );
                if (process.WaitForEnd(TimeSpan.FromMilliseconds(random.Next(50, (int)duration))))
                {
                    process.WaitForEnd().Succeeded();
                    break;
                }

                process.Kill();
                process.WaitForEnd();
                kills++;
            }

            Assert.Equal(whole, Model(GraftProcess.Run(Resume(name), _home).Succeeded()));
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*.onnx", SearchOption.AllDirectories), path =>
            Path.GetFileName(path) != "model.onnx"
        );
    }

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public void Interrupted_it_writes_a_checkpoint_and_tells_how_to_go_on(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sends signals with kill(2).");
        Assert.SkipWhen(Signals.AreIgnored(signal), "The tests run where this signal is ignored.");
        string[] options =
        [
            "--method",
            "finetune",
            "--unfreeze",
            "layer4.2.conv3",
            "--epochs",
            "8",
            "--image-size",
            "64",
            "--threads",
            "1",
        ];
        var whole = Model(GraftProcess.Run(Train("whole", options), _home).Succeeded());
        using (var process = GraftProcess.Start(Train("run", options), _home))
        {
            while (!process.HasExited && !Directory.Exists(_folder["run/checkpoint"]))
                Thread.Sleep(20);
            Assert.False(process.HasExited, "The process ended before it was interrupted.");
            Signals.Send(process.Id, signal);
            var interrupted = process.WaitForEnd();
            Assert.Equal(128 + signal, interrupted.ExitCode);
            Assert.Empty(interrupted.Output);
            // As it must be typed where the process ran.
            Assert.Contains(
                $"graft train --resume {Path.GetRelativePath(Path.GetTempPath(), _folder["run"])}{Environment.NewLine}",
                interrupted.Error,
                StringComparison.Ordinal
            );
            Assert.NotEmpty(Directory.EnumerateFiles(_folder["run/checkpoint"]));
            Assert.False(File.Exists(_folder["run/model.onnx"]));
        }

        Assert.Equal(whole, Model(GraftProcess.Run(Resume("run"), _home).Succeeded()));
    }

    private string[] Train(string run, string[] options) =>
        ["train", _folder["photos"], "--output", _folder[run], "--json", .. options];

    private string[] Resume(string run) => ["train", "--resume", _folder[run], "--json"];

    private static byte[] Model(string json)
    {
        using var report = JsonDocument.Parse(json);
        return File.ReadAllBytes(report.RootElement.GetProperty("model").GetString()!);
    }
}
