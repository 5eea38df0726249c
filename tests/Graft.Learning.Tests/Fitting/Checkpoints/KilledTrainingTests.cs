using Graft.Tensors;
using Graft.Testing;

namespace Graft.Learning.Tests.Fitting.Checkpoints;

[Trait("Category", "Slow")]
public sealed class KilledTrainingTests : IDisposable
{
    private const int Kills = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_killed_at_twenty_moments_and_resumed_ends_with_the_bits_of_one_that_was_not()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var training = new CheckpointedTraining();
        var expected = training.Run(null);
        var random = new DeterministicRandom((ulong)Environment.TickCount64);
        var (kills, trainings) = (0, 0);
        while (kills < Kills)
        {
            // A training that ended is followed by another, until enough were killed.
            var result = _folder[$"result{trainings}"];
            using var child = TrainingChild.Start(_folder[$"checkpoints{trainings}"], result);
            var errors = child.StandardError.ReadToEndAsync(cancellation);
            var begun = new TaskCompletionSource();
            child.OutputDataReceived += (_, _) => begun.TrySetResult();
            child.BeginOutputReadLine();
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellation);
            await Task.Delay(random.NextInt(30), cancellation);
            if (!child.HasExited)
                child.Kill();
            await child.WaitForExitAsync(cancellation);
            Assert.Equal("", await errors);
            if (child.ExitCode != 0)
            {
                kills++;
                continue;
            }

            Assert.Equal(expected, await File.ReadAllTextAsync(result, cancellation));
            trainings++;
        }

        using var last = TrainingChild.Start(_folder[$"checkpoints{trainings}"], _folder["last"]);
        await last.StandardOutput.ReadToEndAsync(cancellation);
        await last.WaitForExitAsync(cancellation);
        Assert.Equal(expected, await File.ReadAllTextAsync(_folder["last"], cancellation));
    }
}
