using Graft.Features;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Learning.Fitting.Callbacks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Learning.Tests.Fitting;

[Collection(nameof(SharedMemory))]
public sealed class TrainerTests : IDisposable
{
    private const int Classes = FeatureCloud.Classes;

    private readonly WorkerPool _workers = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("dense:16")]
    [InlineData("conv:8")]
    public void It_learns_classes_that_can_be_told_apart(string head)
    {
        using var training = Clouds(head, 61, seed: 1);
        using var validation = Clouds(head, 30, seed: 2);
        using var network = Build(head);
        var heard = new List<EpochResult>();
        var history = Fit(
            network,
            training.Images,
            validation.Images,
            epochs: 40,
            batchSize: 16,
            rate: 1e-2,
            progress: new Heard(heard)
        );
        Assert.Equal(history, heard);
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(epoch => epoch.Epoch));
        Assert.All(history, epoch => Assert.Equal(40, epoch.Epochs));
        Assert.True(history[^1].Loss < history[0].Loss / 2);
        Assert.True(
            new Trainer(network, _workers).Evaluate(new FeatureBatches(validation.Images), Token).Accuracy >= 0.95
        );
    }

    [Fact]
    public void It_stops_when_patience_ends_and_leaves_the_weights_of_the_best_epoch()
    {
        using var training = Clouds("dense:32", 24, seed: 1, spread: 0.3f);
        using var validation = Clouds("dense:32", 40, seed: 2, spread: 0.3f);
        using var network = Build("dense:32");
        var history = Fit(
            network,
            training.Images,
            validation.Images,
            epochs: 200,
            batchSize: 8,
            rate: 2e-2,
            patience: 4
        );
        var best = history.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.InRange(history.Count, 6, 199);
        Assert.Equal(best.Epoch + 4, history.Count);
        Assert.True(history[^1].ValidationLoss > best.ValidationLoss);
        var measured = new Trainer(network, _workers).Evaluate(new FeatureBatches(validation.Images), Token);
        Assert.Equal(best.ValidationLoss, measured.Loss);
        Assert.Equal(best.ValidationAccuracy, measured.Accuracy);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_validation_images_the_training_loss_decides(bool isNull)
    {
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        var none = new LabelledFeatures(training.Set, [], []);
        var history = Fit(network, training.Images, isNull ? null : none, epochs: 3);
        Assert.Equal(3, history.Count);
        Assert.All(history, epoch => Assert.Null(epoch.ValidationLoss));
        Assert.All(history, epoch => Assert.Null(epoch.ValidationAccuracy));
    }

    [Theory]
    [InlineData("dense:16")]
    [InlineData("conv:8")]
    public void The_same_seed_gives_the_same_bits_with_any_number_of_threads(string head)
    {
        using var training = Clouds(head, 37, seed: 1);
        using var validation = Clouds(head, 11, seed: 2);
        var first = Weights(threads: 1, seed: 7);
        Assert.Equal(first, Weights(threads: 1, seed: 7));
        Assert.Equal(first, Weights(threads: 2, seed: 7));
        Assert.Equal(first, Weights(threads: 3, seed: 7));
        Assert.NotEqual(first, Weights(threads: 1, seed: 8));

        float[] Weights(int threads, ulong seed)
        {
            using var workers = new WorkerPool(threads);
            using var network = Build(head);
            Fit(network, training.Images, validation.Images, epochs: 4, batchSize: 8, seed: seed, workers: workers);
            return [.. network.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())];
        }
    }

    [Fact]
    public void Predictions_do_not_depend_on_the_size_of_the_batches()
    {
        using var images = Clouds("dense:16", 23, seed: 1);
        using var network = Build("dense:16");
        using var expected = new Trainer(network, _workers).Predict(new FeatureBatches(images.Images, 23), Token);
        foreach (var size in (int[])[1, 4, 22, 100])
        {
            using var logits = new Trainer(network, _workers).Predict(new FeatureBatches(images.Images, size), Token);
            Assert.Equal(expected.Span.ToArray(), logits.Span.ToArray());
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_an_error_that_names_the_learning_rate()
    {
        using var guard = new LeakGuard();
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        var error = Assert.Throws<ArithmeticException>(() =>
            Fit(network, training.Images, null, epochs: 50, rate: 1e30)
        );
        Assert.Contains("learning rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_blow_up_in_the_last_step_are_never_taken_for_the_best()
    {
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        Assert.Throws<ArithmeticException>(() =>
            Fit(network, training.Images, training.Images, epochs: 1, batchSize: 20, rate: 1e38)
        );
    }

    [Fact]
    public void It_stops_between_batches_when_it_is_cancelled_and_gives_all_memory_back()
    {
        using var guard = new LeakGuard();
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        using var source = new CancellationTokenSource();
        var epochs = 0;
        Assert.Throws<OperationCanceledException>(() =>
            new Trainer(network, _workers, new() { Epochs = 50 }).Fit(
                new FeatureBatches(training.Images),
                null,
                [new EarlyStopping(), new ProgressReport(new Heard([], () =>
                        {
                            if (++epochs == 3)
                                source.Cancel();
                        }))],
                source.Token
            )
        );
        Assert.Equal(3, epochs);
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureBatches(training.Images, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, _workers, new() { Epochs = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, _workers, new() { MovingAverage = 1 }));
        Assert.Throws<ArgumentException>(() => Fit(network, training.Images, null, patience: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(network, training.Images, null, rate: double.NaN));
        Assert.Throws<ArgumentException>(() => Fit(network, new LabelledFeatures(training.Set, [], []), null));
        Assert.Throws<ArgumentException>(() =>
            Fit(network, training.Images with { Labels = [.. Enumerable.Repeat(Classes, 20)] }, null)
        );
    }

    private static Network Build(string head) => FeatureCloud.Build(head);

    private static FeatureCloud Clouds(string head, int count, ulong seed, float spread = 1.5f) =>
        FeatureCloud.Make(head, count, seed, spread);

    private IReadOnlyList<EpochResult> Fit(
        Network network,
        LabelledFeatures training,
        LabelledFeatures? validation,
        int epochs = 100,
        int batchSize = 32,
        double rate = 1e-3,
        int patience = 10,
        ulong seed = 0,
        WorkerPool? workers = null,
        IProgress<EpochResult>? progress = null
    ) => new Trainer(
            network,
            workers ?? _workers,
            new()
            {
                Epochs = epochs,
                Optimizer = new() { LearningRate = rate },
                Seed = seed,
            }
        ).Fit(new FeatureBatches(training, batchSize, Sampling.Shuffled, seed), validation is null ? null : new FeatureBatches(validation, batchSize), [new EarlyStopping { Patience = patience }, new ProgressReport(progress)], Token).History;

    private sealed class Heard(List<EpochResult> epochs, Action? then = null) : IProgress<EpochResult>
    {
        public void Report(EpochResult value)
        {
            epochs.Add(value);
            then?.Invoke();
        }
    }
}
