using System.Globalization;
using System.Security.Cryptography;
using Graft.Features;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Learning.Fitting.Callbacks;
using Graft.Learning.Fitting.Checkpoints;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>Trains in mini-batches, with checkpoints and history in the run's folder.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="request">The training request with all defaults filled in.</param>
/// <param name="trunk">The trunk's digest; a run can be resumed only with the same trunk.</param>
/// <param name="phase">
/// The purpose of the training: <see cref="RunPhase.Head"/>, or <see cref="RunPhase.Calibration"/>, which writes only
/// its checkpoint to the folder.
/// </param>
/// <param name="workers">The threads to run on.</param>
/// <param name="progress">Receives progress reports.</param>
/// <param name="cancellationToken">Cancels the training between mini-batches, after writing a checkpoint.</param>
internal sealed class RunTrainer(
    RunFolder folder,
    TrainingRequest request,
    string trunk,
    RunPhase phase,
    WorkerPool workers,
    IProgress<RunProgress>? progress,
    CancellationToken cancellationToken
)
{
    /// <summary>Trains, starting from a checkpoint if there is one.</summary>
    /// <param name="model">The model, trained in place.</param>
    /// <param name="training">The training batches.</param>
    /// <param name="validation">The validation batches.</param>
    /// <param name="labels">The class of each training image.</param>
    /// <param name="classes">The number of classes.</param>
    public FittingResult Fit(
        ITrainable model,
        IBatchSource training,
        IBatchSource validation,
        IReadOnlyList<int> labels,
        int classes
    )
    {
        var options = new TrainerOptions
        {
            Epochs = request.Epochs!.Value,
            Optimizer = OptimizerOf(request),
            Schedule = LearningRateSchedule.Parse(request.Schedule!),
            Loss = new()
            {
                LabelSmoothing = request.LabelSmoothing!.Value,
                ClassWeights = request.BalanceClassWeights ? ClassWeights.Balanced(labels, classes) : null,
            },
            MovingAverage = request.MovingAverage > 0 ? request.MovingAverage : null,
            Seed = request.Seed,
            Checkpoints = new CheckpointOptions
            {
                Folder = phase == RunPhase.Calibration ? folder.CalibrationCheckpoint : folder.Checkpoint,
                Interval = request.CheckpointInterval,
                Identity = Identity(),
                Notices = Notices(),
            },
        };
        if (request.FindLearningRate)
            options = options with
            {
                Optimizer = options.Optimizer with { LearningRate = FindLearningRate(model, training, options) },
            };
        return new Trainer(model, workers, options).Fit(training, validation, Callbacks(), cancellationToken);
    }

    /// <summary>
    /// Whether validation figures influence the training: by early stopping or by a plateau schedule.
    /// </summary>
    public bool IsSteeredByValidation =>
        request.Patience is not null || LearningRateSchedule.Parse(request.Schedule!).Plateau is not null;

    /// <summary>Makes batches of features with the run's sampling and seed.</summary>
    public FeatureBatches Batches(LabelledFeatures images) =>
        new(images, request.BatchSize!.Value, request.Sampling, request.Seed);

    /// <summary>The optimizer options of a run.</summary>
    /// <param name="request">The training request with all defaults filled in.</param>
    public static OptimizerOptions OptimizerOf(TrainingRequest request) =>
        new()
        {
            Kind = request.Optimizer!.Value,
            LearningRate = request.LearningRate!.Value,
            WeightDecay = request.WeightDecay!.Value,
            LayerDecay = request.LayerDecay!.Value,
            ClipNorm = request.ClipNorm,
        };

    private List<TrainerCallback> Callbacks()
    {
        var callbacks = new List<TrainerCallback>();
        if (request.Patience is { } patience)
            callbacks.Add(new EarlyStopping { Patience = patience });
        if (request.TimeBudget is { } limit)
            callbacks.Add(new TimeBudget(limit));
        if (phase != RunPhase.Calibration)
            callbacks.Add(new HistoryFile(folder.History));
        if (progress is not null)
        {
            callbacks.Add(
                new ProgressReport(
                    progress.Adapt<EpochResult>(epoch => new(phase) { Epoch = epoch })!,
                    progress.Adapt<TrainingProgress>(batch => new(phase) { Batch = batch })!
                )
            );
        }

        return callbacks;
    }

    /// <summary>
    /// Searches for a learning rate and stores it in the run's arguments, so that a resumed run uses the same one. The
    /// training for calibration does not store it.
    /// </summary>
    private double FindLearningRate(ITrainable model, IBatchSource training, TrainerOptions options)
    {
        progress?.Report(new(RunPhase.LearningRate));
        using var optimizer = options.Optimizer.Create(model.Network, workers);
        var curve = LearningRateFinder.Find(
            model,
            optimizer,
            training,
            workers,
            new() { Loss = options.Loss, Seed = request.Seed },
            cancellationToken
        );
        var rate = curve.Suggestion ?? request.LearningRate!.Value;
        if (curve.Suggestion is null)
            Notices()
                ?.Report(
                    FormattableString.Invariant(
                        $"The loss never fell during the learning rate search; {rate} is used instead."
                    )
                );
        if (phase == RunPhase.Calibration)
            return rate;
        curve.Write(folder.LearningRates);
        RunArguments.Write(folder, request with { LearningRate = rate, FindLearningRate = false });
        return rate;
    }

    /// <summary>
    /// Identifies the inputs that determine the result and that the trainer does not know itself: the images, the trunk
    /// and the augmentation.
    /// </summary>
    private string Identity() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"images {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.Images)))}, trunk {trunk}, "
                + $"augmentation {request.Augmentation}, seed {request.Seed}, batches of {request.BatchSize}, "
                + $"sampling {request.Sampling}"
        );

    private IProgress<string>? Notices() => progress.ForNotices(phase);
}
