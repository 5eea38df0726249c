using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Learning.Fitting.Callbacks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Learning.Tests.Fitting;

[Collection(nameof(SharedMemory))]
public sealed class CallbackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FeatureCloud _training = FeatureCloud.Make("dense:8", 40, seed: 1, spread: 0.4f);
    private readonly FeatureCloud _validation = FeatureCloud.Make("dense:8", 21, seed: 2, spread: 0.4f);
    private readonly WorkerPool _workers = new(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _training.Dispose();
        _validation.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void Early_stopping_can_watch_the_accuracy()
    {
        using var network = FeatureCloud.Build("dense:8");
        var stopping = new EarlyStopping { Monitor = MonitoredFigure.Accuracy, Patience = 5 };
        var result = Fit(
            network,
            new()
            {
                Epochs = 60,
                Optimizer = new() { LearningRate = 0.02 },
            },
            stopping
        );
        var best = result.History.MaxBy(epoch => epoch.ValidationAccuracy)!;
        Assert.Equal(best.Epoch, stopping.BestEpoch);
        Assert.Equal(best.Epoch + 5, result.History.Count);
        Assert.Equal("no better accuracy for 5 epochs", result.StopReason);
        Assert.Equal(
            best.ValidationAccuracy,
            new Trainer(network, _workers).Evaluate(new FeatureBatches(_validation.Images), Token).Accuracy
        );
    }

    [Fact]
    public void A_change_that_is_too_small_does_not_count()
    {
        using var network = FeatureCloud.Build("dense:8");
        var result = Fit(network, new() { Epochs = 60 }, new EarlyStopping { MinimumChange = 10, Patience = 3 });
        Assert.Equal(4, result.History.Count);
    }

    [Fact]
    public void Without_restoring_the_last_weights_stay()
    {
        using var network = FeatureCloud.Build("dense:8");
        var options = new TrainerOptions
        {
            Epochs = 30,
            Optimizer = new() { LearningRate = 0.05 },
        };
        var result = Fit(network, options, new EarlyStopping { Patience = null, RestoreBest = false });
        Assert.Equal(30, result.History.Count);
        Assert.Null(result.StopReason);
        Assert.True(result.History.Min(epoch => epoch.ValidationLoss) < result.History[^1].ValidationLoss);
        Assert.Equal(
            result.History[^1].ValidationLoss,
            new Trainer(network, _workers).Evaluate(new FeatureBatches(_validation.Images), Token).Loss
        );
    }

    [Fact]
    public void A_time_budget_cuts_the_epoch_short_and_validates_it()
    {
        using var network = FeatureCloud.Build("dense:8");
        var batches = new List<TrainingProgress>();
        var result = Fit(
            network,
            new() { Epochs = 60 },
            new ProgressReport(null, new Heard<TrainingProgress>(batches)),
            new TimeBudget(TimeSpan.FromTicks(1))
        );
        Assert.Equal(1, Assert.Single(batches).Batch);
        Assert.NotNull(Assert.Single(result.History).ValidationLoss);
        Assert.Contains("time", result.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_tells_batches_speed_and_the_time_left()
    {
        using var network = FeatureCloud.Build("dense:8");
        var (batches, epochs) = (new List<TrainingProgress>(), new List<EpochResult>());
        Fit(
            network,
            new() { Epochs = 3 },
            new ProgressReport(new Heard<EpochResult>(epochs), new Heard<TrainingProgress>(batches))
        );
        Assert.Equal(15, batches.Count);
        Assert.Equal(
            Enumerable.Range(0, 15).Select(i => (1 + (i / 5), 1 + (i % 5))),
            batches.Select(batch => (batch.Epoch, batch.Batch))
        );
        Assert.All(batches, batch => Assert.Equal((3, 5, 1e-3), (batch.Epochs, batch.BatchCount, batch.LearningRate)));
        Assert.All(batches[..^1], batch => Assert.True(batch.Remaining > TimeSpan.Zero && batch.BatchesPerSecond > 0));
        Assert.Equal(TimeSpan.Zero, batches[^1].Remaining);
        Assert.Equal(batches[4].Loss, epochs[0].Loss);
        Assert.Equal(batches[9].Accuracy, epochs[1].Accuracy);
    }

    [Fact]
    public void The_history_is_a_table()
    {
        using var network = FeatureCloud.Build("dense:8");
        var result = Fit(
            network,
            new() { Epochs = 3, Schedule = Layers.Optimizers.Schedules.LearningRateSchedule.Parse("step:1:0.5") },
            new HistoryFile(_folder["history.csv"])
        );
        var table = CsvTable.Read(_folder["history.csv"]);
        Assert.Equal(3, table.Count);
        Assert.Equal(["0.001", "0.0005", "0.00025"], table.Select(row => row["learning_rate"]));
        Assert.Equal(result.History[2].ValidationLoss!.Value, double.Parse(table[2]["val_loss"]), 1e-6);
    }

    [Fact]
    public void Averaged_weights_are_validated_and_stay_and_training_goes_on_with_the_others()
    {
        using var guard = new LeakGuard();
        const double Decay = 0.6;
        var options = new TrainerOptions
        {
            Epochs = 3,
            Optimizer = new()
            {
                Kind = Layers.Optimizers.OptimizerKind.Sgd,
                LearningRate = 0.1,
                Momentum = 0,
            },
        };
        double[]? average = null;
        var steps = 0;
        using var plain = FeatureCloud.Build("dense:8");
        var validated = new List<double>();
        Fit(
            plain,
            options,
            new Watcher(session =>
            {
                // The naive average beside the same training without one.
                var weights = session
                    .Weights.SelectMany(pair => pair.Value.Span.ToArray())
                    .Select(value => (double)value)
                    .ToArray();
                average ??= [.. FirstWeights()];
                var decay = Math.Min(Decay, (1.0 + ++steps) / (10 + steps));
                average = [.. average.Zip(weights, (kept, now) => (decay * kept) + ((1 - decay) * now))];
            })
        );
        using var averaged = FeatureCloud.Build("dense:8");
        var result = Fit(averaged, options with { MovingAverage = Decay });
        Closeness.Demand(
            average,
            [.. averaged.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())],
            1e-5,
            "averages"
        );
        Assert.Equal(
            result.History[^1].ValidationLoss,
            new Trainer(averaged, _workers).Evaluate(new FeatureBatches(_validation.Images), Token).Loss
        );
        Assert.NotEqual(
            plain.Parameters.First().Value.Value.Span.ToArray(),
            averaged.Parameters.First().Value.Value.Span.ToArray()
        );

        static IEnumerable<double> FirstWeights()
        {
            using var network = FeatureCloud.Build("dense:8");
            return
            [
                .. network
                    .Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())
                    .Select(value => (double)value),
            ];
        }
    }

    [Theory]
    [InlineData("weight", "Parameter 'fc2.weight' (Dense) is no longer finite")]
    [InlineData("output", "first layer whose output is not finite is 'fc1' (Dense)")]
    [InlineData("input", "The batch's inputs were already not finite")]
    public void What_is_not_finite_is_named(string where, string expected)
    {
        using var network = new Network(new Shape(12));
        network.Add("fc1", new Dense(12, 4));
        network.Add("fc2", new Dense(4, 3));
        network["fc1"].Layer.Parameters[0].Value.Span.Fill(where == "output" ? 3e38f : 0.1f);
        if (where == "weight")
            network["fc2"].Layer.Parameters[0].Value.Span[5] = float.NaN;
        using var cloud = FeatureCloud.Make("dense:8", 8, seed: 1);
        if (where == "input")
            cloud.Poison();
        var error = Assert.Throws<ArithmeticException>(() =>
            new Trainer(network, _workers).Fit(new FeatureBatches(cloud.Images), null, null, Token)
        );
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("epoch 1, batch 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Try a smaller learning rate (it was 0.001)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_named_where_the_loss_still_is()
    {
        using var network = new Network(new Shape(12));
        network.Add("fc1", new Dense(12, 3));
        network.Add("fc2", new Dense(3, 3));
        network["fc1"].Layer.Parameters[0].Value.Span.Clear();
        // Hidden units are 0, so all classes are as likely; but on the way back -2/3 and twice 1/3 of 3e38 add up to
        // more than a float holds.
        var weight = network["fc2"].Layer.Parameters[0].Value.Span;
        weight.Fill(3e38f);
        for (var unit = 0; unit < 3; unit++)
            weight[unit * 3 + unit] = -3e38f;
        using var cloud = FeatureCloud.Make("dense:3", 8, seed: 1);
        var error = Assert.Throws<ArithmeticException>(() =>
            new Trainer(network, _workers).Fit(new FeatureBatches(cloud.Images, 1), null, null, Token)
        );
        Assert.Contains("epoch 1, batch 1: a gradient is not finite", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "from the output backwards, is that of 'fc1.weight' (Dense)",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private FittingResult Fit(Network network, TrainerOptions options, params TrainerCallback[] callbacks) =>
        new Trainer(network, _workers, options).Fit(
            new FeatureBatches(_training.Images, 8, Sampling.Shuffled),
            new FeatureBatches(_validation.Images),
            callbacks,
            Token
        );

    private sealed class Heard<T>(List<T> values) : IProgress<T>
    {
        public void Report(T value) => values.Add(value);
    }

    private sealed class Watcher(Action<TrainingSession> batch) : TrainerCallback
    {
        public override void BatchEnded(TrainingSession session) => batch(session);
    }
}
