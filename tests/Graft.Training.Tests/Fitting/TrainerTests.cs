using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Evaluation;
using Graft.Training.Features;
using Graft.Training.Fitting;
using Graft.Training.Heads;

namespace Graft.Training.Tests.Fitting;

[Collection(nameof(SharedMemory))]
public sealed class TrainerTests : IDisposable
{
    private const int Classes = 3;

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
        var history = new Trainer(network, _workers, new() { Epochs = 40, BatchSize = 16, LearningRate = 1e-2 })
            .Fit(training.Images, validation.Images, new Heard(heard), Token);
        Assert.Equal(history, heard);
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(epoch => epoch.Epoch));
        Assert.All(history, epoch => Assert.Equal(40, epoch.Epochs));
        Assert.True(history[^1].Loss < history[0].Loss / 2);
        using var logits = new Trainer(network, _workers).Predict(validation.Images, Token);
        Assert.True(ClassificationMetrics.OfLogits(logits, validation.Images.Labels).Accuracy >= 0.95);
    }

    [Fact]
    public void It_stops_when_patience_ends_and_leaves_the_weights_of_the_best_epoch()
    {
        using var training = Clouds("dense:32", 24, seed: 1, spread: 0.3f);
        using var validation = Clouds("dense:32", 40, seed: 2, spread: 0.3f);
        using var network = Build("dense:32");
        var history = new Trainer(network, _workers, new() { Epochs = 200, BatchSize = 8, LearningRate = 2e-2, Patience = 4 })
            .Fit(training.Images, validation.Images, null, Token);
        var best = history.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.InRange(history.Count, 6, 199);
        Assert.Equal(best.Epoch + 4, history.Count);
        Assert.True(history[^1].ValidationLoss > best.ValidationLoss);
        using var logits = new Trainer(network, _workers).Predict(validation.Images, Token);
        var measured = ClassificationMetrics.OfLogits(logits, validation.Images.Labels);
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
        var history = new Trainer(network, _workers, new() { Epochs = 3 }).Fit(training.Images, isNull ? null : none, null, Token);
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
            new Trainer(network, workers, new() { Epochs = 4, BatchSize = 8, Seed = seed }).Fit(training.Images, validation.Images, null, Token);
            return [.. network.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())];
        }
    }

    [Fact]
    public void Predictions_do_not_depend_on_the_size_of_the_batches()
    {
        using var images = Clouds("dense:16", 23, seed: 1);
        using var network = Build("dense:16");
        using var expected = new Trainer(network, _workers, new() { BatchSize = 23 }).Predict(images.Images, Token);
        foreach (var size in (int[])[1, 4, 22, 100])
        {
            using var logits = new Trainer(network, _workers, new() { BatchSize = size }).Predict(images.Images, Token);
            Assert.Equal(expected.Span.ToArray(), logits.Span.ToArray());
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_an_error_that_names_the_learning_rate()
    {
        using var guard = new LeakGuard();
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        var error = Assert.Throws<ArithmeticException>(() => new Trainer(network, _workers, new() { Epochs = 50, LearningRate = 1e30 }).Fit(training.Images, null, null, Token));
        Assert.Contains("learning rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_blow_up_in_the_last_step_are_never_taken_for_the_best()
    {
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        Assert.Throws<ArithmeticException>(() =>
            new Trainer(network, _workers, new() { Epochs = 1, BatchSize = 20, LearningRate = 1e38 }).Fit(training.Images, training.Images, null, Token));
    }

    [Fact]
    public void It_stops_between_batches_when_it_is_cancelled_and_gives_all_memory_back()
    {
        using var guard = new LeakGuard();
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        using var source = new CancellationTokenSource();
        var epochs = 0;
        Assert.Throws<OperationCanceledException>(() => new Trainer(network, _workers, new() { Epochs = 50 }).Fit(
            training.Images,
            null,
            new Heard([], () =>
            {
                if (++epochs == 3)
                    source.Cancel();
            }),
            source.Token));
        Assert.Equal(3, epochs);
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        using var training = Clouds("dense:8", 20, seed: 1);
        using var network = Build("dense:8");
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, _workers, new() { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, _workers, new() { Epochs = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, _workers, new() { Patience = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, _workers, new() { LearningRate = double.NaN }));
        Assert.Throws<ArgumentException>(() => new Trainer(network, _workers).Fit(new LabelledFeatures(training.Set, [], []), null, null, Token));
        Assert.Throws<ArgumentException>(() => new Trainer(network, _workers).Fit(training.Images with { Labels = [.. Enumerable.Repeat(Classes, 20)] }, null, null, Token));
    }

    private static Shape ShapeFor(string head) => head.StartsWith("conv", StringComparison.Ordinal) ? new Shape(3, 4, 5) : new Shape(12);

    private static Network Build(string head) => HeadNetworks.Build(HeadSpecification.Parse(head), ShapeFor(head), Classes, new DeterministicRandom(3));

    private static Cloud Clouds(string head, int count, ulong seed, float spread = 1.5f)
    {
        var shape = ShapeFor(head);
        var centres = new DeterministicRandom(99);
        var random = new DeterministicRandom(seed);
        var length = (int)shape.ElementCount;
        var centre = new float[Classes * length];
        foreach (ref var value in centre.AsSpan())
            value = spread * (float)centres.NextGaussian();
        var features = Tensor.Uninitialized(new Shape([count, .. shape.Dimensions]));
        for (var i = 0; i < count; i++)
        {
            var row = features.Rows(i);
            for (var f = 0; f < length; f++)
                row[f] = centre[(i % Classes * length) + f] + (float)random.NextGaussian();
        }

        var set = FeatureSet.From(features);
        return new(set, new LabelledFeatures(set, [.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count).Select(i => i % Classes)]));
    }

    private sealed record Cloud(FeatureSet Set, LabelledFeatures Images) : IDisposable
    {
        public void Dispose() => Set.Dispose();
    }

    private sealed class Heard(List<EpochResult> epochs, Action? then = null) : IProgress<EpochResult>
    {
        public void Report(EpochResult value)
        {
            epochs.Add(value);
            then?.Invoke();
        }
    }
}
