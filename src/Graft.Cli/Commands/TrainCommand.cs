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

/// <summary><c>graft train</c>: from a folder of photos to a classifier.</summary>
internal sealed class TrainCommand
{
    private readonly Argument<string?> _data = new("DATA")
    {
        Description =
            "A folder with one folder of images a class, or with train/ and validation/ (and test/) that have such "
            + "folders; or a manifest, a .csv file with the columns path, label and split.",
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
        Description = "The run folder; a run that is in it is replaced. [default: runs/train, runs/train2, ...]",
    };
    private readonly Option<string?> _resume = new("--resume")
    {
        HelpName = "RUN",
        Description = "Go on with the run in this folder, with the arguments that it was begun with.",
    };
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Decides the split and everything that is drawn; the same seed gives the same model. [default: 0]",
        ParseSeed
    );
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
                new(
                    "graft train photos --method frozen",
                    "a head that sees every photo a little different in each epoch"
                ),
                new("graft train photos --method finetune", "the network's last stage learns too"),
                new("graft train photos --head dense:128 --epochs 50", "a head with a hidden layer"),
                new("graft train photos --seed 1 --output runs/first --json", "for scripts"),
                new("graft train photos --on-bad-image fail", "stop at the first unreadable image"),
                new("graft train --resume runs/train", "go on with a run that was interrupted or killed"),
            ],
            Notes =
            [
                "The run folder gets model.onnx, report.html to look at, metrics.json, predictions.csv, "
                    + "neighbours.csv, history.csv, images.csv, bad-images.csv, report.json and arguments.json.",
            ],
        };
        command.Add(train._data);
        train._method.AddTo(command);
        train._network.AddTo(command);
        train._augment.AddTo(command);
        train._fitting.AddTo(command);
        train._dataOptions.AddTo(command);
        foreach (
            var option in new Option[]
            {
                train._output,
                train._resume,
                train._seed,
                train._exact,
                train._threads,
                train._json,
            }
        )
            command.Add(option);
        command.Validators.Add(train.Check);
        command.SetAction(train.Run);
        return command;
    }

    /// <summary>Reads a seed.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static ulong? ParseSeed(string text) =>
        ulong.TryParse(
            text,
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var seed
        )
            ? seed
            : throw new FormatException($"'{text}' is not a seed; a whole number of 0 or more is.");

    /// <summary>A run is begun with a folder of photos, or gone on with as it was begun.</summary>
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
                result.AddError("'graft train' needs DATA, a folder of photos, or --resume and a run folder.");
            _method.Check(result);
            _fitting.Check(result);
            return;
        }

        Option[] possible = [_resume, _threads, _json];
        if (data)
            result.AddError("--resume goes on with the photos that the run was begun with; leave out DATA.");
        else if (given.FirstOrDefault(option => !possible.Contains(option)) is { } other)
            result.AddError(
                $"--resume goes on with the arguments that the run was begun with; leave out {other.Name}."
            );
    }

    private int Run(ParseResult parsed)
    {
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var learning = new TransferLearning(GraftHome.Locate(), workers);
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
            Exact = parsed.GetValue(_exact),
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
