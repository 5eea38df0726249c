using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>What is computed is kept, however a process ends.</summary>
[Collection(WholeRuns.Name)]
[Trait("Category", "Slow")]
public sealed class ResumeTests : IDisposable
{
    private const int Kills = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public void Interrupted_it_ends_with_128_and_the_signal_and_the_next_run_goes_on_from_there(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sends signals with kill(2).");
        Assert.SkipWhen(Signals.AreIgnored(signal), "The tests run where this signal is ignored.");
        var photos = Photos(perClass: 60);
        var home = GraftWeights.Home(_folder["home"]);
        string[] arguments = ["features", photos, "--output", _folder["resumed.npy"], "--threads", "1", "--json"];

        using (var process = GraftProcess.Start(arguments, home))
        {
            WaitForFeatures(home, process);
            Signals.Send(process.Id, signal);
            var interrupted = process.WaitForEnd();
            Assert.Equal(128 + signal, interrupted.ExitCode);
            Assert.Empty(interrupted.Output);
            Assert.Contains("interrupted. Computed features", interrupted.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["resumed.npy"]));
        }

        using var resumed = JsonDocument.Parse(GraftProcess.Run(arguments, home).Succeeded());
        Assert.InRange(resumed.RootElement.GetProperty("featuresReused").GetInt32(), 1, 119);
        Assert.Equal(120, resumed.RootElement.GetProperty("images").GetInt32());

        GraftProcess
            .Run(["features", photos, "--output", _folder["whole.npy"]], GraftWeights.Home(_folder["other-home"]))
            .Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["whole.npy"]), File.ReadAllBytes(_folder["resumed.npy"]));
    }

    [Fact]
    public void Killed_ten_times_at_random_moments_it_exports_the_same_bytes_in_the_end()
    {
        var photos = Photos(perClass: 60);
        var home = GraftWeights.Home(_folder["home"]);
        string[] arguments = ["features", photos, "--output", _folder["killed.npy"], "--threads", "1"];
        var random = new Random(20_240_607);
        var killed = 0;
        for (var i = 0; i < Kills; i++)
        {
            using var process = GraftProcess.Start(arguments, home);
            if (process.WaitForEnd(TimeSpan.FromMilliseconds(random.Next(100, 2000))))
                continue;
            process.Kill();
            process.WaitForEnd();
            killed++;
        }

        GraftProcess.Run(arguments, home).Succeeded();
        GraftProcess
            .Run(["features", photos, "--output", _folder["whole.npy"]], GraftWeights.Home(_folder["other-home"]))
            .Succeeded();

        Assert.Equal(File.ReadAllBytes(_folder["whole.npy"]), File.ReadAllBytes(_folder["killed.npy"]));
        Assert.Equal(
            File.ReadAllText(_folder["whole.npy.files.csv"]),
            File.ReadAllText(_folder["killed.npy.files.csv"])
        );
        Assert.InRange(killed, 3, Kills);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path), path =>
            path.EndsWith(".tmp", StringComparison.Ordinal)
        );
    }

    private string Photos(int perClass)
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass, seed: 5);
        return _folder["photos"];
    }

    /// <summary>Waits until the first features are in the store.</summary>
    private static void WaitForFeatures(string home, GraftProcess process)
    {
        const long FirstFeatures = 100_000;
        while (
            !process.HasExited
            && Directory.EnumerateFiles(home, "features.db*").Sum(path => new FileInfo(path).Length) < FirstFeatures
        )
            Thread.Sleep(20);
        Assert.False(process.HasExited, "The process ended before it was interrupted.");
    }
}
