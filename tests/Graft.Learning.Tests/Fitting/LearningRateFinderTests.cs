using Graft.Layers.Autograd;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Learning.Tests.Fitting;

[Collection(nameof(SharedMemory))]
public sealed class LearningRateFinderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FeatureCloud _training = FeatureCloud.Make("dense:8", 45, seed: 1);
    private readonly WorkerPool _workers = new(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _training.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void It_finds_a_rate_that_trains_well_and_leaves_everything_as_it_was()
    {
        using var guard = new LeakGuard();
        using var network = FeatureCloud.Build("dense:8");
        using var optimizer = new AdamW(network.Parameters, 1e-3);
        var source = new FeatureBatches(_training.Images, 8, Sampling.Shuffled);
        Train(network, optimizer, source, 3);
        var before = State(network, optimizer);
        var curve = LearningRateFinder.Find(network, optimizer, source, _workers, null, Token);
        Assert.Equal(before, State(network, optimizer));
        Assert.InRange(curve.Suggestion!.Value, 1e-4, 1);
        Assert.InRange(curve.Points.Count, 50, 100);
        Assert.Equal(1e-7, curve.Points[0].LearningRate, 1e-12);
        Assert.All(curve.Points.Zip(curve.Points.Skip(1)), pair =>
            Assert.Equal(Math.Pow(1e8, 1 / 99.0), pair.Second.LearningRate / pair.First.LearningRate, 1e-9)
        );

        // The suggestion is worth following: a thousandth of it learns next to nothing in as many steps.
        Assert.True(LossAfter(curve.Suggestion.Value) < 0.5 * LossAfter(curve.Suggestion.Value / 1000));

        double LossAfter(double rate)
        {
            using var fresh = FeatureCloud.Build("dense:8");
            using var adam = new AdamW(fresh.Parameters, rate);
            Train(fresh, adam, source, 5);
            return new Trainer(fresh, _workers).Evaluate(source, Token).Loss;
        }
    }

    [Fact]
    public void The_smoothed_loss_is_the_mean_of_the_losses_weighted_by_age()
    {
        using var network = FeatureCloud.Build("dense:8");
        using var optimizer = new Sgd(network.Parameters, 1e-3);
        var curve = LearningRateFinder.Find(
            network,
            optimizer,
            new FeatureBatches(_training.Images, 8),
            _workers,
            new() { Smoothing = 0.8, Steps = 20 },
            Token
        );
        for (var i = 0; i < curve.Points.Count; i++)
        {
            var weights = Enumerable.Range(0, i + 1).Select(j => Math.Pow(0.8, i - j)).ToArray();
            Assert.Equal(
                weights.Select((weight, j) => weight * curve.Points[j].Loss).Sum() / weights.Sum(),
                curve.Points[i].SmoothedLoss,
                1e-12
            );
        }
    }

    [Fact]
    public void It_can_be_cancelled_and_leaves_everything_as_it_was()
    {
        using var network = FeatureCloud.Build("dense:8");
        using var optimizer = new Adam(network.Parameters);
        var before = State(network, optimizer);
        using var source = new CancellationTokenSource();
        source.CancelAfter(TimeSpan.FromMilliseconds(1));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            LearningRateFinder.Find(
                network,
                optimizer,
                new FeatureBatches(_training.Images, 1),
                _workers,
                new() { Steps = 1_000_000, Largest = 1e-6 },
                source.Token
            )
        );
        Assert.Equal(before, State(network, optimizer));
    }

    [Fact]
    public void The_curve_is_a_table()
    {
        var curve = new LearningRateCurve([new(1e-7, 0.75, 0.75), new(1.25e-6, 0.5, 0.625)], null);
        curve.Write(_folder["curve.csv"]);
        var table = CsvTable.Read(_folder["curve.csv"]);
        Assert.Equal(["1E-07", "1.25E-06"], table.Select(row => row["learning_rate"]));
        Assert.Equal(["0.75", "0.625"], table.Select(row => row["smoothed_loss"]));
    }

    private void Train(Network network, Optimizer optimizer, FeatureBatches source, int epochs)
    {
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            foreach (var batch in source.Epoch(epoch, 0, Token))
            {
                using (batch)
                using (
                    var pass = network.Forward(
                        batch.Inputs,
                        new PassOptions
                        {
                            Workers = _workers,
                            Training = true,
                            Random = new DeterministicRandom(1),
                        }
                    )
                )
                {
                    optimizer.ZeroGradients();
                    Layers.Losses.CrossEntropyLoss.Compute(pass, batch.Labels).Backward();
                    optimizer.Step();
                }
            }
        }
    }

    private static string State(Network network, Optimizer optimizer) =>
        string.Join(
            '\n',
            [
                $"{optimizer.Steps} {optimizer.LearningRate}",
                .. network.Parameters.Select(pair =>
                    Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pair.Value.Value.Span))
                ),
                .. optimizer.State.Select(pair =>
                    Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pair.Value.Span))
                ),
            ]
        );
}
