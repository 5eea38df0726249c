using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Cli.Commands;

/// <summary><c>graft train</c>: trains a classifier.</summary>
internal sealed class TrainCommand
{
    private readonly Argument<string?> _data = new("DATA")
    {
        Description =
            "A folder with one subfolder of images per class, or with train/ and validation/ (and test/) "
            + "that contain such subfolders; or a manifest: a .csv file with the columns path, label and "
            + "split.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly MethodOptions _method = new();
    private readonly NetworkOptions _network = new();
    private readonly AugmentOptions _augment = new("none for features, else standard");
    private readonly FittingOptions _fitting = new();
    private readonly DataOptions _dataOptions = new();
    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "RUN",
        Description = "The run folder; an existing run in it is replaced. [default: runs/train, runs/train2, ...]",
    };
    private readonly Option<string?> _resume = new("--resume")
    {
        HelpName = "RUN",
        Description = "Resume the run in this folder, with its original arguments.",
    };
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Random seed of the split and of training; the same seed gives the same model. [default: 0]",
        ParseSeed
    );
    private readonly EngineOptions _engine = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private TrainCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var train = new TrainCommand(environment);
        var command = new VerbCommand("train", "Train an image classifier and write it to a run folder.")
        {
            Examples =
            [
                new("graft train photos", "photos/cat/*, photos/dog/*, ...; a fifth is used for validation"),
                new("graft train photos --method frozen", "train a head with new augmentation in every epoch"),
                new("graft train photos --method finetune", "also train the last stage of the backbone"),
                new("graft train photos --head dense:128 --epochs 50", "a head with a hidden layer"),
                new("graft train photos --seed 1 --output runs/first --json", "for scripts"),
                new("graft train photos --engine onnxruntime:cuda", "compute features on a GPU with ONNX Runtime"),
                new("graft train photos --on-bad-image fail", "stop at the first unreadable image"),
                new("graft train --resume runs/train", "resume an interrupted run"),
            ],
            Notes =
            [
                "Writes model.onnx, report.html, metrics.json, predictions.csv, neighbours.csv, history.csv, "
                    + "images.csv, bad-images.csv, report.json and arguments.json to the run folder.",
            ],
        };
        command.Add(train._data);
        train._method.AddTo(command);
        train._network.AddTo(command);
        train._augment.AddTo(command);
        train._fitting.AddTo(command);
        train._dataOptions.AddTo(command);
        foreach (var option in new Option[] { train._output, train._resume, train._seed, train._threads, train._json })
            command.Add(option);
        train._engine.AddTo(command);
        command.Validators.Add(train.Check);
        command.SetAction(train.Run);
        return command;
    }

    /// <summary>Parses a seed.</summary>
    /// <exception cref="FormatException">The text is not a whole number of 0 or more.</exception>
    internal static ulong? ParseSeed(string text) =>
        ulong.TryParse(
            text,
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var seed
        )
            ? seed
            : throw new FormatException($"'{text}' is not a seed; use a whole number of 0 or more.");

    /// <summary>Checks that a new run has data and that a resumed run has no other arguments.</summary>
    private void Check(CommandResult result)
    {
        var given = result
            .Children.OfType<OptionResult>()
            .Where(option => !option.Implicit)
            .Select(option => option.Option)
            .ToArray();
        var data = result.GetResult(_data)?.Tokens.Count > 0;
        if (!given.Contains(_resume))
        {
            if (!data)
                result.AddError(
                    "'graft train' needs DATA (a folder of images or a manifest), or --resume with a run folder."
                );
            _method.Check(result);
            _fitting.Check(result);
            return;
        }

        Option[] possible = [_resume, _threads, _json];
        if (data)
            result.AddError("--resume uses the run's original data; leave out DATA.");
        else if (given.FirstOrDefault(option => !possible.Contains(option)) is { } other)
            result.AddError($"--resume uses the run's original arguments; leave out {other.Name}.");
    }

    private int Run(ParseResult parsed)
    {
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var learning = new TransferLearning(GraftHome.Locate(), workers, EngineOptions.Engines);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            parsed.GetValue(_resume) is { } run
                ? learning.Resume(run, progress, _environment.CancellationToken)
                : learning.Train(Request(parsed), progress, _environment.CancellationToken)
        );
        TrainingRendering.Warn(_environment.Terminal, report);
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.TrainingReport);
        else
            TrainingRendering.Print(_environment.Terminal, report);
        return ExitCode.Done;
    }

    private TrainingRequest Request(ParseResult parsed)
    {
        var request = new TrainingRequest
        {
            Data = parsed.GetValue(_data)!,
            Output = parsed.GetValue(_output),
            Seed = parsed.GetValue(_seed) ?? 0,
            Engine = _engine.Read(parsed),
        };
        request = _dataOptions.Apply(
            parsed,
            _fitting.Apply(parsed, _network.Apply(parsed, _method.Apply(parsed, request)))
        );
        return _augment.IsGiven(parsed)
            ? request with
            {
                Augmentation = _augment.Read(parsed, MethodDefaults.AugmentationOf(request.Method)),
            }
            : request;
    }
}
