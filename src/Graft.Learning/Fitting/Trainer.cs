using System.Diagnostics;
using Graft.Layers.Autograd;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Evaluation;
using Graft.Learning.Fitting.Checkpoints;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// Trains a classifier in mini-batches with cross-entropy. The network may end with logits, log-probabilities,
/// probabilities or a single sigmoid: the loss is derived from its last layer. Not thread-safe.
/// </summary>
/// <remarks>
/// The same seeds give the same weights, bit for bit, with any number of threads, whether or not the training was
/// interrupted and resumed. It trains on a batch by the same public steps that a custom training loop would use:
/// <see cref="ITrainable.Forward"/>, <see cref="CrossEntropyLoss"/>, <c>optimizer.Step()</c>.
/// </remarks>
public sealed class Trainer
{
    private const ulong Dropping = 3;

    private readonly ITrainable _model;
    private readonly WorkerPool _workers;
    private readonly TrainerOptions _options;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The network, trained in place: a <see cref="Network"/>, or one with a frozen part.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public Trainer(ITrainable model, WorkerPool workers, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(workers);
        _model = model;
        _workers = workers;
        _options = (options ?? new()).Validated();
    }

    /// <summary>Trains the network.</summary>
    /// <param name="training">The training images.</param>
    /// <param name="validation">The images to evaluate after every epoch; none when null or empty.</param>
    /// <param name="callbacks">The callbacks, called in this order.</param>
    /// <param name="cancellationToken">
    /// Cancels between mini-batches, after writing a checkpoint if they are kept.
    /// </param>
    /// <returns>The completed epochs, and why training ended early if it did.</returns>
    /// <exception cref="ArgumentException">There are no training images, or they do not fit the network.</exception>
    /// <exception cref="ArithmeticException">
    /// A value is not finite; the message says where it occurred and what to try.
    /// </exception>
    /// <exception cref="CheckpointException">The checkpoints belong to another training.</exception>
    /// <exception cref="IOException">The first or last checkpoint cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public FittingResult Fit(
        IBatchSource training,
        IBatchSource? validation = null,
        IReadOnlyList<TrainerCallback>? callbacks = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(training);
        callbacks ??= [];
        if (training.Count == 0)
            throw new ArgumentException("Training: there are no training images.", nameof(training));
        using var session = new TrainingSession(_model, _options, training, _workers);
        try
        {
            foreach (var callback in callbacks)
                callback.TrainingStarted(session);
            var checkpoints = _options.Checkpoints is { } keeping
                ? new SessionCheckpoints(
                    session,
                    keeping,
                    [.. callbacks.Where(callback => !callback.OnlyLooksOn)],
                    training
                )
                : null;
            if (checkpoints?.Start() == true)
                return new(session.History, session.StopReason);
            try
            {
                while (session.Epoch <= _options.Epochs && session.StopReason is null)
                    RunEpoch(session, training, validation, callbacks, checkpoints, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                checkpoints?.Interrupted();
                throw;
            }

            session.Average?.Exchange();
            foreach (var callback in callbacks)
                callback.TrainingEnded(session);
            checkpoints?.Finish();
            return new(session.History, session.StopReason);
        }
        finally
        {
            foreach (var callback in callbacks)
                callback.Release();
        }
    }

    /// <summary>Evaluates the network on images, without dropout, label smoothing or class weights.</summary>
    /// <param name="images">The images; the source's first epoch.</param>
    /// <param name="cancellationToken">Cancels between mini-batches.</param>
    /// <exception cref="ArgumentException">
    /// There are no images, or a label is not one of the network's classes.
    /// </exception>
    /// <exception cref="ArithmeticException">
    /// The network's output is not finite; the message says where this occurred.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public ClassificationMetrics Evaluate(IBatchSource images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var labels = new List<int>(images.Count);
        using var outputs = Predict(images, labels, cancellationToken);
        using var probabilities = ClassificationOutput.From(_model.Network).Probabilities(outputs);
        return ClassificationMetrics.OfProbabilities(probabilities, labels);
    }

    /// <summary>The network's outputs, in evaluation mode.</summary>
    /// <param name="images">The images; the source's first epoch.</param>
    /// <param name="cancellationToken">Cancels between mini-batches.</param>
    /// <returns><c>[images, ...]</c>, in the source's order, owned by the caller.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Tensor Predict(IBatchSource images, CancellationToken cancellationToken = default) =>
        Predict(images, [], cancellationToken);

    private Tensor Predict(IBatchSource images, List<int> labels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        var outputs = Tensor.Uninitialized(new Shape([images.Count, .. _model.Network.OutputShape.Dimensions]));
        try
        {
            var done = 0;
            foreach (var batch in images.Epoch(1, 0, cancellationToken))
            {
                using (batch)
                using (
                    var pass = _model.Forward(batch.Inputs, new PassOptions { Workers = _workers, Backward = false })
                )
                {
                    foreach (var value in pass.Output.Span)
                    {
                        if (!float.IsFinite(value))
                            throw new ArithmeticException(
                                $"Evaluating the network failed: an output is {value}; finite numbers were "
                                    + $"expected. {NonFiniteSearch.InForward(_model, pass)} {Advice}"
                            );
                    }

                    pass.Output.Span.CopyTo(outputs.Rows(done, batch.Count));
                    labels.AddRange(batch.Labels);
                    done += batch.Count;
                }
            }

            return done == images.Count
                ? outputs
                : throw new InvalidOperationException($"A source of {images.Count} images gave {done} in an epoch.");
        }
        catch
        {
            outputs.Dispose();
            throw;
        }
    }

    private string Advice =>
        FormattableString.Invariant($"Try a smaller learning rate (it was {_options.Optimizer.LearningRate}), ")
        + "a warm-up, or clipping gradients at a norm of 1.";

    private void RunEpoch(
        TrainingSession session,
        IBatchSource training,
        IBatchSource? validation,
        IReadOnlyList<TrainerCallback> callbacks,
        SessionCheckpoints? checkpoints,
        CancellationToken cancellationToken
    )
    {
        var clock = Stopwatch.StartNew();
        if (session.Batch < session.BatchCount)
        {
            foreach (var batch in training.Epoch(session.Epoch, session.Batch, cancellationToken))
            {
                using (batch)
                    TrainOn(batch, session);
                foreach (var callback in callbacks)
                    callback.BatchEnded(session);
                checkpoints?.BatchEnded();
                if (session.StopsNow)
                    break;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        session.Average?.Exchange();
        try
        {
            var measured = validation is { Count: > 0 } ? Evaluate(validation, cancellationToken) : null;
            var result = new EpochResult(
                session.Epoch,
                _options.Epochs,
                session.Loss,
                session.Accuracy,
                measured?.Loss,
                measured?.Accuracy,
                clock.Elapsed
            )
            {
                LearningRate = session.Optimizer.LearningRate,
            };
            foreach (var callback in callbacks)
                callback.EpochEnded(session, result);
            session.EndEpoch(result);
        }
        finally
        {
            session.Average?.Exchange();
        }

        checkpoints?.EpochEnded();
    }

    private void TrainOn(Batch batch, TrainingSession session)
    {
        var random = KeyedRandom.Create(_options.Seed, Dropping, (ulong)session.Epoch, (ulong)session.Batch);
        using var pass = _model.Forward(
            batch.Inputs,
            new PassOptions
            {
                Workers = _workers,
                Training = true,
                Random = random,
            }
        );
        var loss = batch.Targets is { } targets
            ? CrossEntropyLoss.Compute(pass, targets, _options.Loss)
            : CrossEntropyLoss.Compute(pass, batch.Labels, _options.Loss);
        if (!double.IsFinite(loss.Value))
            throw Diverged(session, $"the loss is {loss.Value}", NonFiniteSearch.InForward(_model, pass));
        var optimizer = session.Optimizer;
        optimizer.LearningRate = session.NextRate;
        optimizer.ZeroGradients();
        loss.Backward();
        if (!double.IsFinite(optimizer.GradientNorm()))
            throw Diverged(session, "a gradient is not finite", NonFiniteSearch.InGradients(_model));
        optimizer.Step();
        session.Average?.Step();
        session.LossSum += loss.Value * batch.Count;
        var output = ClassificationOutput.From(_model.Network);
        for (var i = 0; i < batch.Count; i++)
            session.Correct += output.Likeliest(pass.Output.Rows(i)) == batch.Labels[i] ? 1 : 0;
        session.Examples += batch.Count;
        session.Batch++;
    }

    private ArithmeticException Diverged(TrainingSession session, string found, string? where) =>
        new(
            $"Training failed in epoch {session.Epoch}, batch {session.Batch + 1}: {found}; finite numbers were "
                + $"expected. {where} {Advice}"
        );
}
