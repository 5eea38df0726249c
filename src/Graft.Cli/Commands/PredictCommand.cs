using System.CommandLine;
using Graft.Classification;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Layers.Inference;
using Graft.Models.Downloads;

namespace Graft.Cli.Commands;

/// <summary><c>graft predict</c>: classifies images.</summary>
internal sealed class PredictCommand
{
    private const int StandardTop = 5;

    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Argument<string[]> _images = new("IMAGE|FOLDER")
    {
        Description = "Images, and folders whose images are all taken.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<int?> _top = OptionKinds.Whole(
        "--top-k",
        "K",
        "How many of the likeliest classes to list. [default: 5]",
        1
    );
    private readonly Option<double?> _unknownRate = OptionKinds.Real(
        "--unknown-rate",
        "X",
        "The share of photos of the classes that may be called unknown, so that photos of other things are. 0 calls "
            + "nothing unknown. [default: 0.05]",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );

    private readonly Option<double?> _coverage = OptionKinds.Real(
        "--coverage",
        "X",
        "Tell for each image the classes that it may be, so that for this share of images the right one is among "
            + "them, for example 0.9.",
        value => value is > 0 and < 1,
        "a number above 0 and below 1"
    );

    private readonly Option<bool> _explain = new("--explain")
    {
        Description =
            "Name the training photos that are most like each image, and the most like of the runner-up class.",
    };
    private readonly Option<int?> _testTimeViews = CommonOptions.TestTimeViews();
    private readonly LimitOptions _limits = new();
    private readonly Option<bool> _exact = CommonOptions.Exact();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private PredictCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var predict = new PredictCommand(environment);
        var command = new VerbCommand("predict", "Classify images.")
        {
            Examples =
            [
                new("graft predict runs/train/model.onnx photo.jpg", "one photo"),
                new("graft predict runs/train/model.onnx new-photos --top-k 1", "a folder, the likeliest class only"),
                new(
                    "graft predict runs/train/model.onnx photo.jpg --explain",
                    "and the training photos that are most like it"
                ),
                new("graft predict runs/train/model.onnx photo.jpg --coverage 0.95", "and the classes that it may be"),
                new(
                    "graft predict runs/train/model.onnx photo.jpg --tta 2",
                    "averaged over the photo and its mirror image"
                ),
                new("graft predict runs/train/model.onnx *.jpg --json", "for scripts"),
            ],
            Notes =
            [
                "An image that is unlike all training photos is called unknown; the classes that it is least unlike "
                    + "follow.",
                "An image that cannot be read is reported on standard error too and does not stop the others.",
                "Each new model file is checked once on each machine against the answers that it has in it, as "
                    + "'graft verify' does.",
                "Exit code 0 when at least one image was classified, 1 when none was.",
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
        command.Add(predict._exact);
        command.Add(predict._threads);
        command.Add(predict._json);
        command.SetAction(predict.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var paths = Paths(parsed.GetRequiredValue(_images));
        var (model, threads) = (ModelArgument.Read(parsed, _model), parsed.GetValue(_threads) ?? 0);
        var options = new PlanOptions { Exact = parsed.GetValue(_exact) };
        using var classifier = Classifier.LoadVerified(
            GraftHome.Locate(),
            model,
            threads,
            _limits.Read(parsed),
            options,
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
            Photos = parsed.GetValue(_explain) ? NeighbourFile.Beside(model) : null,
        };
        WarnOfWhatIsMissing(classifier, answering, parsed.GetValue(_unknownRate) is not null);
        var table = json ? null : new PredictionTable(terminal.Output, paths, classifier.ClassNames, top);
        // Where a person sees the results as they come, they are progress enough.
        var answers =
            table is not null && terminal.OutputIsTerminal
                ? Classify(classifier, paths, answering, table, null)
                : WorkProgress.Run(terminal, progress => Classify(classifier, paths, answering, table, progress));
        if (json)
            JsonOutput.Print(terminal, answers, types => types.IReadOnlyListImageAnswer);
        return answers.Any(answer => answer.Error is null) ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Warns of each requested output that the model cannot give.</summary>
    private void WarnOfWhatIsMissing(Classifier classifier, ImageAnswering answering, bool unknownAskedFor)
    {
        if (!classifier.KnowsUnknown && (unknownAskedFor || answering.Photos is not null))
            _environment.Terminal.Warn(
                "this model cannot tell unknown things: it has no thresholds for that. Models that 'graft train' "
                    + "writes now have them."
            );
        if (!classifier.HasPredictionSets && answering.Coverage is not null)
            _environment.Terminal.Warn(
                "this model has no prediction sets, so --coverage has no effect: no training images were held out "
                    + "for them."
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

    /// <summary>Lists the images; those of a folder follow the folder's name as the user gave it.</summary>
    private static List<string> Paths(IEnumerable<string> named)
    {
        var paths = new List<string>();
        foreach (var name in named)
        {
            if (Directory.Exists(name))
                paths.AddRange(ImageFolder.List(name).Select(image => Path.Combine(name, image.Name)));
            else
                paths.Add(name);
        }

        return paths;
    }
}
