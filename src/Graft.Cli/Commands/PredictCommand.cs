using System.CommandLine;
using Graft.Classification;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Models.Downloads;

namespace Graft.Cli.Commands;

/// <summary><c>graft predict</c>: classifies images.</summary>
internal sealed class PredictCommand
{
    private const int StandardTop = 5;

    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string[]> _images = new("IMAGE|FOLDER")
    {
        Description = "Images, and folders; all images in a folder are classified.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<int?> _top = OptionKinds.Whole(
        "--top-k",
        "K",
        "Number of likeliest classes to list. [default: 5]",
        1
    );
    private readonly Option<double?> _unknownRate = OptionKinds.Real(
        "--unknown-rate",
        "X",
        "The share of images of the known classes that may be called unknown. A higher share detects more images "
            + "of other things; 0 calls no image unknown. [default: 0.05]",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );

    private readonly Option<double?> _coverage = OptionKinds.Real(
        "--coverage",
        "X",
        "Also print a prediction set for each image: its possible classes. For at least this share of images, for "
            + "example 0.9, the set contains the true class.",
        value => value is > 0 and < 1,
        "a number above 0 and below 1"
    );

    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Also print the most similar training images, of all classes and of the second likeliest class.",
    };
    private readonly Option<int?> _testTimeViews = CommonOptions.TestTimeViews();
    private readonly LimitOptions _limits = new();
    private readonly EngineOptions _engine = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private PredictCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var predict = new PredictCommand(environment);
        var command = new VerbCommand("predict", "Classify images.")
        {
            Examples =
            [
                new("graft predict runs/train/model.onnx photo.jpg", "one photo"),
                new("graft predict runs/train/model.onnx new-photos --top-k 1", "a folder, the likeliest class only"),
                new("graft predict runs/train/model.onnx photo.jpg --explain", "also the most similar training images"),
                new("graft predict runs/train/model.onnx photo.jpg --coverage 0.95", "also the possible classes"),
                new(
                    "graft predict runs/train/model.onnx photo.jpg --tta 2",
                    "averaged over the photo and its mirror image"
                ),
                new("graft predict runs/train/model.onnx *.jpg --json", "for scripts"),
            ],
            Notes =
            [
                "An image unlike all training images is called unknown; its likeliest classes are still listed.",
                "An unreadable image is also reported on standard error and does not stop the others.",
                "Each new model file is checked once on each machine against its stored predictions, as 'graft "
                    + "verify' does.",
                "Exit code 0 if at least one image was classified, 1 if none was.",
            ],
        };
        command.Add(predict._model);
        command.Add(predict._images);
        command.Add(predict._top);
        command.Add(predict._unknownRate);
        command.Add(predict._coverage);
        command.Add(predict._explain);
        command.Add(predict._testTimeViews);
        predict._limits.AddTo(command);
        predict._engine.AddTo(command);
        command.Add(predict._threads);
        command.Add(predict._json);
        command.SetAction(predict.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var paths = Paths(parsed.GetRequiredValue(_images));
        var (model, threads) = (ModelArgument.Read(parsed, _model), parsed.GetValue(_threads) ?? 0);
        using var classifier = Classifier.LoadVerified(
            GraftHome.Locate(),
            model,
            threads,
            _limits.Read(parsed),
            _engine.Read(parsed),
            parsed.GetValue(_testTimeViews) ?? 1
        );
        var top = Math.Min(parsed.GetValue(_top) ?? StandardTop, classifier.ClassNames.Count);
        var terminal = _environment.Terminal;
        var json = parsed.GetValue(_json);
        var answering = new ImageAnswering
        {
            Top = top,
            UnknownRate = parsed.GetValue(_unknownRate) ?? Prediction.StandardUnknownRate,
            Coverage = parsed.GetValue(_coverage),
            Neighbours = parsed.GetValue(_explain) ? NeighbourFile.Beside(model) : null,
        };
        WarnOfMissingParts(classifier, answering, parsed.GetValue(_unknownRate) is not null);
        var table = json ? null : new PredictionTable(terminal.Output, paths, classifier.ClassNames, top);
        // On a terminal the rows of the table appear one by one, so it needs no other progress display.
        var answers =
            table is not null && terminal.OutputIsTerminal
                ? Classify(classifier, paths, answering, table, null)
                : WorkProgress.Run(terminal, progress => Classify(classifier, paths, answering, table, progress));
        if (json)
            JsonOutput.Print(terminal, answers, types => types.IReadOnlyListImageAnswer);
        return answers.Any(answer => answer.Error is null) ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Warns about each requested output that the model does not support.</summary>
    private void WarnOfMissingParts(Classifier classifier, ImageAnswering answering, bool unknownRequested)
    {
        if (!classifier.KnowsUnknown && (unknownRequested || answering.Neighbours is not null))
            _environment.Terminal.Warn(
                "this model has no unknown detector, so it calls no image unknown. 'graft train' adds one, unless "
                    + "there are too few images or --calibration-fraction is 0."
            );
        if (!classifier.HasPredictionSets && answering.Coverage is not null)
            _environment.Terminal.Warn(
                "this model has no prediction sets, so --coverage has no effect. 'graft train' adds them, unless "
                    + "there are too few images or --calibration-fraction is 0."
            );
    }

    private List<ImageAnswer> Classify(
        Classifier classifier,
        List<string> paths,
        ImageAnswering answering,
        PredictionTable? table,
        WorkProgress? progress
    )
    {
        var answers = new List<ImageAnswer>(paths.Count);
        progress?.Count("predict", 0, paths.Count);
        foreach (var result in classifier.PredictFiles(paths, _environment.CancellationToken))
        {
            if (result.Error is { } error)
                Tell($"graft: {error.Message}");
            var answer = answering.Answer(result);
            table?.Print(answer);
            answers.Add(answer);
            progress?.Count("predict", answers.Count, paths.Count);
        }

        return answers;

        void Tell(string text)
        {
            if (progress is null)
                _environment.Terminal.Error.WriteLine(text);
            else
                progress.Line(text);
        }
    }

    /// <summary>Lists the images. Paths in a folder start with the folder as the user gave it.</summary>
    private static List<string> Paths(IEnumerable<string> names)
    {
        var paths = new List<string>();
        foreach (var name in names)
        {
            if (Directory.Exists(name))
                paths.AddRange(ImageFolder.List(name).Select(image => Path.Combine(name, image.Name)));
            else
                paths.Add(name);
        }

        return paths;
    }
}
