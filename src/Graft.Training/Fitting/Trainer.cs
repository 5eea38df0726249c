using System.Diagnostics;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Tensors;
using Graft.Training.Evaluation;

namespace Graft.Training.Fitting;

/// <summary>
/// Trains a network of logits on features in mini-batches with Adam and cross-entropy, stops when the validation loss no
/// longer falls, and leaves the network with the weights of its best epoch. Not thread-safe.
/// </summary>
/// <remarks>The same seed gives the same weights, bit for bit, with any number of threads.</remarks>
/// <param name="network">The network, trained in place.</param>
/// <param name="workers">The threads to run on.</param>
/// <param name="options">How; the defaults when null.</param>
/// <exception cref="ArgumentOutOfRangeException">Epochs, batch size or patience are less than 1, or the learning rate is not above 0.</exception>
public sealed class Trainer(Network network, WorkerPool workers, TrainerOptions? options = null)
{
    private readonly TrainerOptions _options = (options ?? new()).Validated();

    /// <summary>Trains.</summary>
    /// <param name="training">What is learned from.</param>
    /// <param name="validation">What decides when to stop; the training loss decides when null.</param>
    /// <param name="progress">Hears of every epoch.</param>
    /// <param name="cancellationToken">Stops between mini-batches.</param>
    /// <returns>The epochs that were run.</returns>
    /// <exception cref="ArgumentException">There are no training images.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite; the message says what to try.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<EpochResult> Fit(LabelledFeatures training, LabelledFeatures? validation = null, IProgress<EpochResult>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Count == 0)
            throw new ArgumentException("Training the head: there are no training images.", nameof(training));
        using var optimizer = new Adam(network.Parameters.Select(pair => pair.Value), _options.LearningRate);
        using var best = new BestWeights(network);
        var history = new List<EpochResult>();
        var sinceBest = 0;
        for (var epoch = 1; epoch <= _options.Epochs && sinceBest < _options.Patience; epoch++)
        {
            var clock = Stopwatch.StartNew();
            var (loss, accuracy) = TrainEpoch(training, epoch, optimizer, cancellationToken);
            ClassificationMetrics? measured = null;
            if (validation is { Count: > 0 })
            {
                using var logits = Predict(validation, cancellationToken);
                RequireFinite(logits.Span, epoch);
                measured = ClassificationMetrics.OfLogits(logits, validation.Labels);
            }

            var result = new EpochResult(epoch, _options.Epochs, loss, accuracy, measured?.Loss, measured?.Accuracy, clock.Elapsed);
            history.Add(result);
            progress?.Report(result);
            sinceBest = best.Offer(measured?.Loss ?? loss) ? 0 : sinceBest + 1;
        }

        best.Restore();
        return history;
    }

    /// <summary>The network's logits, in evaluation mode.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="cancellationToken">Stops between mini-batches.</param>
    /// <returns><c>[images, classes]</c>, owned by the caller.</returns>
    public Tensor Predict(LabelledFeatures images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var logits = Tensor.Uninitialized(new Shape(images.Count, network.OutputShape[0]));
        try
        {
            for (var first = 0; first < images.Count; first += _options.BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(_options.BatchSize, images.Count - first);
                using var batch = images.Features.Read([.. images.Indices.Skip(first).Take(count)]);
                using var pass = network.Forward(batch, new PassOptions { Workers = workers });
                pass.Output.Span.CopyTo(logits.Rows(first, count));
            }

            return logits;
        }
        catch
        {
            logits.Dispose();
            throw;
        }
    }

    private (double Loss, double Accuracy) TrainEpoch(LabelledFeatures training, int epoch, Adam optimizer, CancellationToken cancellationToken)
    {
        // Each epoch has numbers of its own, so that it does not matter how many were drawn before.
        var random = new DeterministicRandom(_options.Seed + ((ulong)epoch << 32));
        var order = new int[training.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        random.Shuffle(order.AsSpan());
        var loss = 0.0;
        var correct = 0;
        for (var first = 0; first < order.Length; first += _options.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var members = order.AsSpan(first, Math.Min(_options.BatchSize, order.Length - first));
            var labels = new int[members.Length];
            var indices = new int[members.Length];
            for (var i = 0; i < members.Length; i++)
                (indices[i], labels[i]) = (training.Indices[members[i]], training.Labels[members[i]]);

            using var batch = training.Features.Read(indices);
            using var pass = network.Forward(batch, new PassOptions { Workers = workers, Training = true, Random = random });
            var batchLoss = CrossEntropyLoss.Of(pass, labels);
            if (!double.IsFinite(batchLoss.Value))
                throw Diverged(epoch, $"the loss is {batchLoss.Value}");
            optimizer.ZeroGradients();
            batchLoss.Backward();
            optimizer.Step();
            loss += batchLoss.Value * members.Length;
            correct += ClassificationMetrics.CountCorrect(pass.Output, labels);
        }

        return (loss / order.Length, (double)correct / order.Length);
    }

    private void RequireFinite(ReadOnlySpan<float> logits, int epoch)
    {
        foreach (var logit in logits)
        {
            if (!float.IsFinite(logit))
                throw Diverged(epoch, $"a logit of a validation image is {logit}");
        }
    }

    private ArithmeticException Diverged(int epoch, string found) =>
        new($"Training the head failed in epoch {epoch}: {found}, finite numbers were expected. Try a smaller learning rate (it was {_options.LearningRate}).");

    /// <summary>A copy of the weights at the smallest loss so far.</summary>
    private sealed class BestWeights(Network network) : IDisposable
    {
        private readonly List<(Tensor Live, Tensor Kept)> _tensors =
            [.. network.Parameters.Select(pair => (pair.Value.Value, pair.Value.Value.Clone()))];

        private double _loss = double.PositiveInfinity;

        public bool Offer(double loss)
        {
            if (!(loss < _loss))
                return false;
            _loss = loss;
            foreach (var (live, kept) in _tensors)
                live.Span.CopyTo(kept.Span);
            return true;
        }

        public void Restore()
        {
            foreach (var (live, kept) in _tensors)
                kept.Span.CopyTo(live.Span);
        }

        public void Dispose()
        {
            foreach (var (_, kept) in _tensors)
                kept.Dispose();
        }
    }
}
