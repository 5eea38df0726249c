using Graft.Layers.Autograd;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Learning.Batches;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// The learning rate range test: trains for some steps while the rate rises exponentially, and records the loss. Smith,
/// "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.3. Network and optimizer are restored
/// afterwards.
/// </summary>
public static class LearningRateFinder
{
    private const ulong Dropping = 4;

    /// <summary>Looks for a learning rate.</summary>
    /// <param name="model">The network; its weights and statistics are restored at the end.</param>
    /// <param name="optimizer">
    /// The optimizer to find a rate for. Its state and rate are restored at the end; its gradients are then zero.
    /// </param>
    /// <param name="training">The training images, used for as many epochs as the test takes.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="cancellationToken">Cancels between mini-batches.</param>
    /// <exception cref="ArgumentException">There are no training images, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">
    /// The work was cancelled; network and optimizer are restored.
    /// </exception>
    public static LearningRateCurve Find(
        ITrainable model,
        Optimizer optimizer,
        IBatchSource training,
        WorkerPool workers,
        LearningRateFinderOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(training);
        options = (options ?? new()).Validated();
        if (training.Count == 0)
            throw new ArgumentException("Looking for a learning rate: there are no training images.", nameof(training));
        var (rate, steps) = (optimizer.LearningRate, optimizer.Steps);
        var state = optimizer.State.ToDictionary(pair => pair.Key, pair => pair.Value.Clone(), StringComparer.Ordinal);
        using var weights = new WeightCopy(TrainedWeights.From(model));
        try
        {
            var points = Sweep(model, optimizer, training, workers, options, cancellationToken);
            return new(points, Steepest(points));
        }
        finally
        {
            weights.Restore();
            optimizer.ZeroGradients();
            optimizer.Restore(steps, state);
            optimizer.LearningRate = rate;
            foreach (var tensor in state.Values)
                tensor.Dispose();
        }
    }

    private static List<LearningRatePoint> Sweep(
        ITrainable model,
        Optimizer optimizer,
        IBatchSource training,
        WorkerPool workers,
        LearningRateFinderOptions options,
        CancellationToken cancellationToken
    )
    {
        var points = new List<LearningRatePoint>();
        var (average, smallest) = (0.0, double.PositiveInfinity);
        foreach (var batch in Endless(training, cancellationToken))
        {
            using (batch)
            {
                var step = points.Count;
                optimizer.LearningRate =
                    options.Smallest * Math.Pow(options.Largest / options.Smallest, step / (options.Steps - 1.0));
                var random = KeyedRandom.Create(options.Seed, Dropping, (ulong)step);
                using var pass = model.Forward(
                    batch.Inputs,
                    new PassOptions
                    {
                        Workers = workers,
                        Training = true,
                        Random = random,
                    }
                );
                var loss = batch.Targets is { } targets
                    ? CrossEntropyLoss.Compute(pass, targets, options.Loss)
                    : CrossEntropyLoss.Compute(pass, batch.Labels, options.Loss);
                if (!double.IsFinite(loss.Value))
                    return points;
                average = (options.Smoothing * average) + ((1 - options.Smoothing) * loss.Value);

                // The average starts at zero; the division corrects this bias.
                var smoothed = average / (1 - Math.Pow(options.Smoothing, step + 1));
                points.Add(new(optimizer.LearningRate, loss.Value, smoothed));
                smallest = Math.Min(smallest, smoothed);
                if (points.Count == options.Steps || smoothed > options.Divergence * smallest)
                    return points;
                optimizer.ZeroGradients();
                loss.Backward();
                optimizer.Step();
            }
        }

        return points;
    }

    private static IEnumerable<Batch> Endless(IBatchSource training, CancellationToken cancellationToken)
    {
        for (var epoch = 1; ; epoch++)
        {
            foreach (var batch in training.Epoch(epoch, 0, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return batch;
            }
        }
    }

    /// <summary>
    /// The rate at which the smoothed loss falls fastest with the logarithm of the rate, over five steps.
    /// </summary>
    // Not the rate with the smallest loss, which is at the edge of divergence.
    private static double? Steepest(List<LearningRatePoint> points)
    {
        const int Reach = 2;
        var (best, rate) = (0.0, (double?)null);
        for (var i = Reach; i < points.Count - Reach; i++)
        {
            var slope = points[i + Reach].SmoothedLoss - points[i - Reach].SmoothedLoss;
            if (slope < best)
                (best, rate) = (slope, points[i].LearningRate);
        }

        return rate;
    }
}
