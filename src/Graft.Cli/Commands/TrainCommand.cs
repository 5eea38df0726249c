using System.CommandLine;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models;
using Graft.Tensors;
using Graft.Training.Heads;
using Graft.Training.Runs;

namespace Graft.Cli.Commands;

/// <summary><c>graft train</c>: from a folder of photos to a classifier.</summary>
internal sealed class TrainCommand
{
    private readonly Argument<string> _data = new("DATA") { Description = "A folder with one folder of images a class, or with train/ and validation/ (and test/) that have such folders." };
    private readonly Option<string?> _backbone = CommonOptions.Backbone();
    private readonly Option<HeadSpecification?> _head = OptionKinds.Parsed<HeadSpecification?>(
        "--head", "HEAD", "What is trained: linear (regression solved to convergence), dense:128 (a hidden layer), conv:100 (filters on the feature map). [default: linear]", HeadSpecification.Parse);

    private readonly Option<int?> _imageSize = CommonOptions.ImageSize();
    private readonly Option<ResizeRule?> _resize = CommonOptions.Resize();
    private readonly Option<int?> _epochs = OptionKinds.Whole("--epochs", "N", "Epochs at the most, for dense and conv heads. [default: 100]", 1);
    private readonly Option<int?> _batchSize = OptionKinds.Whole("--batch-size", "N", "Images in a mini-batch, for dense and conv heads. [default: 32]", 1);
    private readonly Option<double?> _learningRate = OptionKinds.Real("--learning-rate", "X", "Step size, for dense and conv heads. [default: 0.001]", value => value > 0, "a number above 0");
    private readonly Option<int?> _patience = OptionKinds.Whole("--patience", "N", "Epochs without a smaller validation loss before dense and conv heads stop. [default: 10]", 1);
    private readonly Option<double?> _l2 = OptionKinds.Real("--l2", "X", "The linear head's penalty on weights; chosen by cross-validation on the training images when not given.", value => value >= 0, "a number of 0 or more");
    private readonly Option<double?> _validationFraction = OptionKinds.Real(
        "--validation-fraction", "F", "The part of each class that is kept for validation where the folder has no validation split. [default: 0.2]", value => value is >= 0 and < 1, "a number from 0 to below 1");

    private readonly Option<Training.Features.FeaturePrecision?> _precision = CommonOptions.FeaturePrecision();
    private readonly Option<BadImageRule?> _onBadImage = CommonOptions.OnBadImage();
    private readonly LimitOptions _limits = new();
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "RUN", Description = "The run folder; a run that is in it is replaced. [default: runs/train, runs/train2, ...]" };
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>("--seed", "N", "Decides the split and everything that is drawn; the same seed gives the same model. [default: 0]", ParseSeed);
    private readonly Option<bool> _exact = CommonOptions.Exact();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private TrainCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var train = new TrainCommand(environment);
        var command = new VerbCommand("train", "Learn to tell classes of images apart, and write a classifier.")
        {
            Examples =
            [
                new("graft train photos", "photos/cat/*, photos/dog/*, ...; a fifth is kept for validation"),
                new("graft train photos --head dense:128 --epochs 50", "a head with a hidden layer"),
                new("graft train photos --seed 1 --output runs/first --json", "for scripts"),
                new("graft train photos --on-bad-image fail", "stop at the first unreadable image"),
            ],
            Notes = ["The run folder gets model.onnx, metrics.json, predictions.csv, history.csv, bad-images.csv and arguments.json."],
        };
        command.Add(train._data);
        foreach (var option in new Option[]
        {
            train._backbone, train._head, train._imageSize, train._resize, train._epochs, train._batchSize, train._learningRate, train._patience,
            train._l2, train._validationFraction, train._precision, train._onBadImage,
        })
            command.Add(option);
        train._limits.AddTo(command);
        foreach (var option in new Option[] { train._output, train._seed, train._exact, train._threads, train._json })
            command.Add(option);
        command.SetAction(train.Run);
        return command;
    }

    /// <summary>Reads a seed.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static ulong? ParseSeed(string text) =>
        ulong.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw new FormatException($"'{text}' is not a seed; a whole number of 0 or more is.");

    private int Run(ParseResult parsed)
    {
        var request = Request(parsed);
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var learning = new TransferLearning(GraftHome.Locate(), workers);
        var report = WorkProgress.Run(_environment.Terminal, progress => learning.Train(request, progress, _environment.CancellationToken));
        TrainingRendering.Warn(_environment.Terminal, report);
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.TrainingReport);
        else
            TrainingRendering.Print(_environment.Terminal, report, request);
        return ExitCode.Done;
    }

    private TrainingRequest Request(ParseResult parsed)
    {
        var standard = new TrainingRequest { Data = parsed.GetRequiredValue(_data) };
        return standard with
        {
            Backbone = parsed.GetValue(_backbone) ?? standard.Backbone,
            Head = parsed.GetValue(_head) ?? standard.Head,
            ImageSize = parsed.GetValue(_imageSize),
            Resize = parsed.GetValue(_resize),
            Epochs = parsed.GetValue(_epochs) ?? standard.Epochs,
            BatchSize = parsed.GetValue(_batchSize) ?? standard.BatchSize,
            LearningRate = parsed.GetValue(_learningRate) ?? standard.LearningRate,
            Patience = parsed.GetValue(_patience) ?? standard.Patience,
            L2 = parsed.GetValue(_l2),
            ValidationFraction = parsed.GetValue(_validationFraction) ?? standard.ValidationFraction,
            Seed = parsed.GetValue(_seed) ?? standard.Seed,
            FailOnBadImage = parsed.GetValue(_onBadImage) == BadImageRule.Fail,
            FeaturePrecision = parsed.GetValue(_precision) ?? standard.FeaturePrecision,
            Exact = parsed.GetValue(_exact),
            Limits = _limits.Read(parsed),
            Output = parsed.GetValue(_output),
        };
    }
}
