using System.Diagnostics;
using Graft.Features.Storage;
using Graft.Tensors;
using Graft.Testing;
using Microsoft.Data.Sqlite;

namespace Graft.Features.Tests;

public sealed class FeatureStoreProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder["features.db"];

    public void Dispose() => _folder.Dispose();

    private int CountWhole(int first, int end) => CountWhole(Enumerable.Range(first, end - first));

    private int CountWhole(IEnumerable<int> numbers)
    {
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(FeatureStoreChild.Length)));
        var whole = 0;
        foreach (var number in numbers)
        {
            var count = SampleFeatures.AllRead(table, FeatureStoreChild.Batch(number));

            // A batch is one transaction: whole or not there.
            Assert.Contains(count, (int[])[0, FeatureStoreChild.BatchSize]);
            whole += count / FeatureStoreChild.BatchSize;
        }

        return whole;
    }

    private void AssertSound()
    {
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*damaged*"));
    }

    [Fact]
    public async Task Processes_write_and_read_the_same_file_at_once()
    {
        var cancellation = TestContext.Current.CancellationToken;

        // Two of them write the same features, all of them make the file.
        Process[] children =
        [
            FeatureStoreChild.Start(StorePath, 0, 60),
            FeatureStoreChild.Start(StorePath, 30, 90),
            FeatureStoreChild.Start(StorePath, 90, 120),
        ];
        try
        {
            using (var store = FeatureStore.Open(StorePath))
            {
                var table = store.Space(SampleFeatures.Space(new(FeatureStoreChild.Length)));
                for (var number = 120; number < 150; number++)
                    table.WriteBatch(FeatureStoreChild.Batch(number));
            }

            foreach (var child in children)
            {
                var errors = child.StandardError.ReadToEndAsync(cancellation);
                await child.StandardOutput.ReadToEndAsync(cancellation);
                await child.WaitForExitAsync(cancellation);
                Assert.Equal("", await errors);
                Assert.Equal(0, child.ExitCode);
            }
        }
        finally
        {
            foreach (var child in children)
            {
                if (!child.HasExited)
                    child.Kill();
                child.Dispose();
            }
        }

        Assert.Equal(150, CountWhole(0, 150));
        AssertSound();
    }

    [Fact]
    public async Task A_process_killed_at_any_moment_loses_at_most_the_batch_it_was_writing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var random = new DeterministicRandom((ulong)Environment.TickCount64);
        var confirmed = new HashSet<int>();
        const int Kills = 10,
            Batches = 100_000;
        for (var kill = 0; kill < Kills; kill++)
        {
            var first = kill * Batches;
            using var child = FeatureStoreChild.Start(StorePath, first, first + Batches);
            var last = first - 1;
            var writes = new TaskCompletionSource();
            child.OutputDataReceived += (_, line) =>
            {
                last = line.Data is { } text ? int.Parse(text) : last;
                writes.TrySetResult();
            };
            child.BeginOutputReadLine();

            // Some are killed while the program starts and makes the file, most while they write.
            if (kill >= 2)
                await writes.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellation);
            await Task.Delay(random.NextInt(200), cancellation);
            child.Kill();
            await child.WaitForExitAsync(cancellation);
            confirmed.UnionWith(Enumerable.Range(first, last + 1 - first));

            var whole = CountWhole(first, last + 3);
            Assert.InRange(whole, last + 1 - first, last + 2 - first);
        }

        Assert.True(confirmed.Count >= Kills - 2);
        Assert.Equal(confirmed.Count, CountWhole(confirmed));
        AssertSound();
    }
}
