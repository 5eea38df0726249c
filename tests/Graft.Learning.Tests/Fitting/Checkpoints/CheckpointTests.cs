using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Fitting;
using Graft.Learning.Fitting.Checkpoints;
using Graft.Testing;
using static Graft.Learning.Tests.Fitting.Checkpoints.CheckpointedTraining;

namespace Graft.Learning.Tests.Fitting.Checkpoints;

[Collection(nameof(SharedMemory))]
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];

    public static TheoryData<OptimizerKind, string, double?> Variants =>
        new()
        {
            { OptimizerKind.AdamW, "warmup:1+cosine", 0.9 },
            { OptimizerKind.Adam, "plateau:0.5:0", null },
            { OptimizerKind.Sgd, "one-cycle", 0.5 },
            { OptimizerKind.RmsProp, "step:1:0.5", null },
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Variants))]
    public void Killed_at_any_moment_and_resumed_it_ends_with_the_bits_of_an_uninterrupted_training(
        OptimizerKind kind,
        string schedule,
        double? average
    )
    {
        using var guard = new LeakGuard();
        var options = new TrainerOptions
        {
            Epochs = Epochs,
            Optimizer = new()
            {
                Kind = kind,
                LearningRate = 0.03,
                WeightDecay = 0.01,
            },
            Schedule = LearningRateSchedule.Parse(schedule),
            MovingAverage = average,
            Seed = 11,
        };
        using var training = new CheckpointedTraining { Options = options };
        var whole = new Watcher();
        var expected = training.Run(null, whole);
        Assert.InRange(whole.Moments, 2 * (BatchCount + 1), Epochs * (BatchCount + 1));
        for (var moment = 0; moment < whole.Moments; moment++)
        {
            var checkpoints = Every($"killed{moment}", TimeSpan.Zero);
            Assert.Throws<KilledException>(() =>
                training.Run(checkpoints, new Watcher(moment, () => throw new KilledException()))
            );
            Assert.Equal(expected, training.Run(checkpoints));
        }

        Assert.Empty(_notices);
    }

    [Fact]
    public void Cancelled_at_any_moment_it_writes_where_it_stands()
    {
        using var training = new CheckpointedTraining();
        var whole = new Watcher();
        var expected = training.Run(null, whole);
        for (var moment = 0; moment < whole.Moments - 1; moment++)
        {
            var checkpoints = Every($"cancelled{moment}", TimeSpan.FromHours(1));
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() =>
                training.Run(checkpoints, new Watcher(moment, source.Cancel), source)
            );
            var rest = new Watcher();
            Assert.Equal(expected, training.Run(checkpoints, rest));
            Assert.Equal(whole.Moments, moment + 1 + rest.Moments);
        }
    }

    [Fact]
    public void Interrupted_again_and_again_it_still_ends_the_same()
    {
        using var training = new CheckpointedTraining();
        var expected = training.Run(null);
        var checkpoints = Every("again", TimeSpan.Zero);
        for (var time = 0; time < 6; time++)
            Assert.Throws<KilledException>(() =>
                training.Run(checkpoints, new Watcher(2, () => throw new KilledException()))
            );
        Assert.Equal(expected, training.Run(checkpoints));
    }

    [Fact]
    public void Checkpoints_change_nothing_and_only_two_are_kept()
    {
        using var training = new CheckpointedTraining();
        var expected = training.Run(null);
        Assert.Equal(expected, training.Run(Every("kept", TimeSpan.Zero)));
        Assert.Equal(4, Directory.GetFiles(_folder["kept"]).Length);
    }

    [Fact]
    public void A_small_training_writes_no_more_than_its_first_and_its_last_checkpoint()
    {
        using var training = new CheckpointedTraining();
        training.Run(Every("few", TimeSpan.FromHours(1)));
        Assert.Equal(
            [
                "checkpoint-000001.json",
                "checkpoint-000001.safetensors",
                "checkpoint-000002.json",
                "checkpoint-000002.safetensors",
            ],
            Directory.GetFiles(_folder["few"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Resuming_a_finished_training_changes_nothing()
    {
        using var training = new CheckpointedTraining();
        var checkpoints = Every("finished", TimeSpan.Zero);
        var expected = training.Run(checkpoints);
        var before = Files();
        var watcher = new Watcher();
        Assert.Equal(expected, training.Run(checkpoints, watcher));
        Assert.Equal(0, watcher.Moments);
        Assert.Equal(before, Files());

        string[] Files() =>
            [
                .. Directory
                    .GetFiles(_folder["finished"])
                    .Order(StringComparer.Ordinal)
                    .Select(path =>
                        $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}"
                    ),
            ];
    }

    [Theory]
    [InlineData(".json")]
    [InlineData(".safetensors")]
    public void A_damaged_checkpoint_is_noticed_and_the_one_before_it_used(string extension)
    {
        using var training = new CheckpointedTraining();
        var expected = training.Run(null);
        var whole = Killed(training, "whole");
        var newest = Directory.GetFiles(whole, $"*{extension}").Max(StringComparer.Ordinal)!;
        var bytes = File.ReadAllBytes(newest);
        var random = new Tensors.DeterministicRandom(3);
        for (var damage = 0; damage < 40; damage++)
        {
            var copy = Copy(whole, $"damaged{damage}");
            var file = Path.Combine(copy, Path.GetFileName(newest));
            var place = random.NextInt(bytes.Length);
            switch (damage)
            {
                case 0:
                    File.WriteAllBytes(file, []);
                    break;
                case 1:
                    File.WriteAllBytes(file, bytes[..^1]);
                    break;
                case 2:
                    File.WriteAllBytes(file, [.. bytes, 0]);
                    break;
                default:
                    var changed = (byte[])bytes.Clone();
                    changed[place] ^= (byte)(1 << random.NextInt(8));
                    File.WriteAllBytes(file, changed);
                    break;
            }

            _notices.Clear();
            Assert.Equal(expected, training.Run(Every($"damaged{damage}", TimeSpan.FromHours(1))));
            Assert.Contains(
                Path.GetFileNameWithoutExtension(newest),
                Assert.Single(_notices),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Where_every_checkpoint_is_damaged_or_half_of_one_missing_it_starts_again()
    {
        using var training = new CheckpointedTraining();
        var expected = training.Run(null);
        var folder = Killed(training, "all");
        var states = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, states.Length);
        File.WriteAllText(states[0], "{}");
        File.Delete(Path.ChangeExtension(states[1], ".safetensors"));
        using var network = FeatureCloud.Build("dense:6");
        Assert.Equal(expected, training.Run(network, Every("all", TimeSpan.FromHours(1)), null, null));
        Assert.Equal(2, _notices.Count);
    }

    [Fact]
    public void Checkpoints_of_another_training_are_refused()
    {
        using var training = new CheckpointedTraining();
        Killed(training, "other");
        var checkpoints = Every("other", TimeSpan.FromHours(1));
        using var other = new CheckpointedTraining
        {
            Options = training.Options with { Epochs = Epochs + 1, Seed = 12 },
        };
        var error = Assert.Throws<CheckpointException>(() => other.Run(checkpoints));
        Assert.Contains(
            "epochs was '4', now it is '5'; seed was '11', now it is '12'",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(_folder["other"], error.Message, StringComparison.Ordinal);
        error = Assert.Throws<CheckpointException>(() => training.Run(checkpoints with { Identity = "other photos" }));
        Assert.Contains("identity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_does_not_end_the_training()
    {
        using var training = new CheckpointedTraining();
        var expected = training.Run(null);
        var checkpoints = Every("blocked", TimeSpan.Zero);
        var blocked = true;
        var notices = new Notices(text =>
        {
            _notices.Add(text);
            if (blocked)
                Unblock(checkpoints.Folder);
            blocked = false;
        });
        var watcher = new Watcher(0, () => Block(checkpoints.Folder));
        Assert.Equal(expected, training.Run(checkpoints with { Notices = notices }, watcher));
        Assert.Contains("training goes on", Assert.Single(_notices), StringComparison.Ordinal);

        // A file in the place of the folder.
        static void Block(string folder)
        {
            Directory.Move(folder, folder + ".aside");
            File.WriteAllText(folder, "");
        }

        static void Unblock(string folder)
        {
            File.Delete(folder);
            Directory.Move(folder + ".aside", folder);
        }
    }

    private CheckpointOptions Every(string name, TimeSpan interval) =>
        new()
        {
            Folder = _folder[name],
            Interval = interval,
            Notices = new Notices(_notices.Add),
        };

    private string Killed(CheckpointedTraining training, string name)
    {
        Assert.Throws<KilledException>(() =>
            training.Run(Every(name, TimeSpan.Zero), new Watcher(7, () => throw new KilledException()))
        );
        return _folder[name];
    }

    private string Copy(string folder, string name)
    {
        var copy = Directory.CreateDirectory(_folder[name]).FullName;
        foreach (var file in Directory.GetFiles(folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private sealed class Notices(Action<string> then) : IProgress<string>
    {
        public void Report(string value) => then(value);
    }
}
