using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Batches;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>
/// The options for gradient-based training: optimizer, learning rate, schedule, regularisation and stopping. Defaults
/// depend on the method; the help lists them.
/// </summary>
internal sealed class FittingOptions
{
    private readonly Option<int?> _epochs = OptionKinds.Whole(
        "--epochs",
        "N",
        "Maximum number of epochs. [default: 100 for dense and conv heads on features; frozen: 12; " + "finetune: 6]",
        1
    );
    private readonly Option<int?> _batchSize = OptionKinds.Whole(
        "--batch-size",
        "N",
        "Images in a mini-batch. [default: 32; frozen and finetune: 16]",
        1
    );

    private readonly Option<OptimizerKind?> _optimizer = OptionKinds.Choice(
        "--optimizer",
        "The optimizer. [default: adam; frozen and finetune: adamw]",
        ("sgd", OptimizerKind.Sgd),
        ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW),
        ("rmsprop", OptimizerKind.RmsProp)
    );

    private readonly Option<double?> _learningRate = OptionKinds.Real(
        "--learning-rate",
        "X",
        "The learning rate, before the schedule is applied. [default: 0.001; frozen: 5e-4; " + "finetune: 3e-5]",
        value => value > 0,
        "a number above 0"
    );
    private readonly Option<bool> _findLearningRate = new("--find-learning-rate")
    {
        Description =
            "Run a learning-rate range test before training, use the result, and write the curve to "
            + "learning-rate.csv.",
    };

    private readonly Option<string?> _schedule = OptionKinds.Parsed<string?>(
        "--schedule",
        "SCHEDULE",
        $"Learning rate schedule: {LearningRateSchedule.Forms}. [default: constant; frozen and "
            + "finetune: warmup:1+cosine]",
        text => LearningRateSchedule.Parse(text).ToString()
    );

    private readonly Option<double?> _weightDecay = OptionKinds.Real(
        "--weight-decay",
        "X",
        "Weight decay; not applied to biases and batch normalisation.",
        value => value >= 0,
        "a number of 0 or more"
    );
    private readonly Option<double?> _layerDecay = OptionKinds.Real(
        "--layer-decay",
        "X",
        "finetune: layer-wise learning rate decay: each block's learning rate is X times that of the "
            + "block after it.",
        value => value is > 0 and <= 1,
        "a number above 0, at most 1"
    );
    private readonly Option<double?> _clip = OptionKinds.Real(
        "--clip",
        "NORM",
        "Clip the gradients to this global norm.",
        value => value > 0,
        "a number above 0"
    );
    private readonly Option<double?> _labelSmoothing = OptionKinds.Real(
        "--label-smoothing",
        "X",
        "Label smoothing: the share of each target that is spread over all classes.",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );
    private readonly Option<Balance?> _classWeights = OptionKinds.Choice(
        "--class-weights",
        "Class weights in the loss: none, or balanced (rare classes count more). [default: none]",
        ("none", Balance.None),
        ("balanced", Balance.Balanced)
    );
    private readonly Option<Balance?> _sampling = OptionKinds.Choice(
        "--sampling",
        "Whether an epoch uses every image once (shuffled) or equally many images of each class "
            + "(balanced). [default: shuffled]",
        ("shuffled", Balance.None),
        ("balanced", Balance.Balanced)
    );
    private readonly Option<double?> _average = OptionKinds.Real(
        "--ema",
        "X",
        "Decay of an exponential moving average of the weights, for example 0.999; the model uses "
            + "the average. 0: no average.",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );
    private readonly Option<int?> _patience = OptionKinds.Whole(
        "--patience",
        "N",
        "Early stopping: epochs without a lower validation loss before training stops. [default: 10 "
            + "for dense and conv heads on features, else no early stopping]",
        1
    );
    private readonly Option<TimeSpan?> _time = OptionKinds.Parsed<TimeSpan?>(
        "--time",
        "TIME",
        "Time limit for training, for example 10m or 1h.",
        text => Quantities.Duration(text)
    );

    private readonly Option<Refit?> _refit = OptionKinds.Choice(
        "--refit",
        "Whether to train again on all training images after calibration on the calibration split "
            + "(--calibration-fraction). Doubles the training time. [default: yes for finetune without "
            + "--time, else no]",
        ("yes", Refit.Yes),
        ("no", Refit.No)
    );

    private readonly Option<TimeSpan?> _checkpoints = OptionKinds.Parsed<TimeSpan?>(
        "--checkpoint-every",
        "TIME",
        "Time between checkpoints within an epoch; 0s writes one after every step. [default: 30s]",
        text => Quantities.Duration(text)
    );

    private IEnumerable<Option> All =>
        [
            _epochs,
            _batchSize,
            _optimizer,
            _learningRate,
            _findLearningRate,
            _schedule,
            _weightDecay,
            _layerDecay,
            _clip,
            _labelSmoothing,
            _classWeights,
            _sampling,
            _average,
            _patience,
            _time,
            _refit,
            _checkpoints,
        ];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>Reports options that cannot be combined.</summary>
    public void Check(CommandResult result)
    {
        if (
            result.GetResult(_findLearningRate) is { Implicit: false }
            && result.GetResult(_learningRate) is { Implicit: false }
        )
            result.AddError("--find-learning-rate and --learning-rate cannot be combined; leave out one of them.");
        if (
            result.GetResult(_time) is { Implicit: false }
            && result.GetResult(_refit) is { Implicit: false } refit
            && refit.GetValueOrDefault<Refit?>() == Refit.Yes
        )
            result.AddError("--time limits one training run, but --refit yes asks for two; leave out one of them.");
    }

    public TrainingRequest Apply(ParseResult parsed, TrainingRequest request) =>
        request with
        {
            Epochs = parsed.GetValue(_epochs),
            BatchSize = parsed.GetValue(_batchSize),
            Optimizer = parsed.GetValue(_optimizer),
            LearningRate = parsed.GetValue(_learningRate),
            FindLearningRate = parsed.GetValue(_findLearningRate),
            Schedule = parsed.GetValue(_schedule),
            WeightDecay = parsed.GetValue(_weightDecay),
            LayerDecay = parsed.GetValue(_layerDecay),
            ClipNorm = parsed.GetValue(_clip),
            LabelSmoothing = parsed.GetValue(_labelSmoothing),
            BalanceClassWeights = parsed.GetValue(_classWeights) == Balance.Balanced,
            Sampling = parsed.GetValue(_sampling) == Balance.Balanced ? Sampling.Balanced : Sampling.Shuffled,
            MovingAverage = parsed.GetValue(_average),
            Patience = parsed.GetValue(_patience),
            TimeBudget = parsed.GetValue(_time),
            Refit = parsed.GetValue(_refit) is { } refit ? refit == Refit.Yes : null,
            CheckpointInterval = parsed.GetValue(_checkpoints) ?? request.CheckpointInterval,
        };

    private enum Refit
    {
        Yes,
        No,
    }

    private enum Balance
    {
        None,
        Balanced,
    }
}
