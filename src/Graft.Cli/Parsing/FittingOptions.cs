using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Batches;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>
/// How steps are taken, and when to stop. What is not given depends on the method, as the help of the command tells.
/// </summary>
internal sealed class FittingOptions
{
    private readonly Option<int?> _epochs = OptionKinds.Whole(
        "--epochs",
        "N",
        "Epochs at the most. [default: 100 for dense and conv heads on features; frozen: 12; finetune: 6]",
        1
    );
    private readonly Option<int?> _batchSize = OptionKinds.Whole(
        "--batch-size",
        "N",
        "Images in a mini-batch. [default: 32 on features, else 16]",
        1
    );

    private readonly Option<OptimizerKind?> _optimizer = OptionKinds.Choice(
        "--optimizer",
        "What takes the steps. [default: adam on features, else adamw]",
        ("sgd", OptimizerKind.Sgd),
        ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW),
        ("rmsprop", OptimizerKind.RmsProp)
    );

    private readonly Option<double?> _learningRate = OptionKinds.Real(
        "--learning-rate",
        "X",
        "The largest step size. [default: 0.001 on features, else a method's own]",
        value => value > 0,
        "a number above 0"
    );
    private readonly Option<bool> _findLearningRate = new("--find-learning-rate")
    {
        Description = "Look for the step size before training, and write the curve to learning-rate.csv.",
    };

    private readonly Option<string?> _schedule = OptionKinds.Parsed<string?>(
        "--schedule",
        "SCHEDULE",
        $"How the step size changes: {LearningRateSchedule.Forms}. [default: constant on features, else "
            + $"warmup:1+cosine]",
        text => LearningRateSchedule.Parse(text).ToString()
    );

    private readonly Option<double?> _weightDecay = OptionKinds.Real(
        "--weight-decay",
        "X",
        "What pulls weights to zero; biases and batch normalisation are spared.",
        value => value >= 0,
        "a number of 0 or more"
    );
    private readonly Option<double?> _layerDecay = OptionKinds.Real(
        "--layer-decay",
        "X",
        "finetune: the step size of each block of layers, as a part of that of the block above.",
        value => value is > 0 and <= 1,
        "a number above 0, at most 1"
    );
    private readonly Option<double?> _clip = OptionKinds.Real(
        "--clip",
        "NORM",
        "The largest norm that all gradients together may have.",
        value => value > 0,
        "a number above 0"
    );
    private readonly Option<double?> _labelSmoothing = OptionKinds.Real(
        "--label-smoothing",
        "X",
        "The share of every target that is spread over all classes.",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );
    private readonly Option<Balance?> _classWeights = OptionKinds.Choice(
        "--class-weights",
        "Whether errors on rare classes count more.",
        ("none", Balance.None),
        ("balanced", Balance.Balanced)
    );
    private readonly Option<Balance?> _sampling = OptionKinds.Choice(
        "--sampling",
        "Whether an epoch shows every image once, or as many of each class.",
        ("shuffled", Balance.None),
        ("balanced", Balance.Balanced)
    );
    private readonly Option<double?> _average = OptionKinds.Real(
        "--ema",
        "X",
        "How much a moving average of the weights keeps in each step; the averaged weights are used. 0 for none.",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );
    private readonly Option<int?> _patience = OptionKinds.Whole(
        "--patience",
        "N",
        "Epochs without a smaller validation loss before training stops. [default: 10 for dense and conv heads on "
            + "features, else none]",
        1
    );
    private readonly Option<TimeSpan?> _time = OptionKinds.Parsed<TimeSpan?>(
        "--time",
        "TIME",
        "How long training may take, for example 10m or 1h.",
        text => Quantities.Duration(text)
    );

    private readonly Option<Refit?> _refit = OptionKinds.Choice(
        "--refit",
        "Whether, once the images that are kept aside (--calibration-fraction) have set temperature and thresholds, "
            + "the model is trained again from all; takes twice the time. [default: yes for finetune without "
            + "--time, else no]",
        ("yes", Refit.Yes),
        ("no", Refit.No)
    );

    private readonly Option<TimeSpan?> _checkpoints = OptionKinds.Parsed<TimeSpan?>(
        "--checkpoint-every",
        "TIME",
        "How often a checkpoint is written within an epoch; 0s for every step. [default: 30s]",
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

    /// <summary>Says what does not go together.</summary>
    public void Check(CommandResult result)
    {
        if (
            result.GetResult(_findLearningRate) is { Implicit: false }
            && result.GetResult(_learningRate) is { Implicit: false }
        )
            result.AddError("--find-learning-rate looks for what --learning-rate gives; leave out one of them.");
        if (
            result.GetResult(_time) is { Implicit: false }
            && result.GetResult(_refit) is { Implicit: false } refit
            && refit.GetValueOrDefault<Refit?>() == Refit.Yes
        )
            result.AddError("--time limits one training, and --refit yes asks for two; leave out one of them.");
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
