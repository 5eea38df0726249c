using System.CommandLine;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;
using Graft.Imaging;
using Graft.Training.Classification;
using Graft.Training.Datasets;

namespace Graft.Cli.Commands;

/// <summary><c>graft predict</c>: what a classifier says of images.</summary>
internal sealed class PredictCommand
{
    private const int StandardTop = 5;

    private readonly Argument<string> _model = new("MODEL") { Description = "A model.onnx that 'graft train' wrote." };
    private readonly Argument<string[]> _images = new("IMAGE|FOLDER") { Description = "Images, and folders whose images are all taken.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<int?> _top = OptionKinds.Whole("--top-k", "K", "How many of the likeliest classes to tell. [default: 5]", 1);
    private readonly LimitOptions _limits = new();
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
                new("graft predict runs/train/model.onnx *.jpg --json", "for scripts"),
            ],
            Notes =
            [
                "An image that cannot be read is reported on standard error too and does not stop the others.",
                "Exit code 0 when at least one image was classified, 1 when none was.",
            ],
        };
        command.Add(predict._model);
        command.Add(predict._images);
        command.Add(predict._top);
        predict._limits.AddTo(command);
        command.Add(predict._threads);
        command.Add(predict._json);
        command.SetAction(predict.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var paths = Paths(parsed.GetRequiredValue(_images));
        using var classifier = Classifier.Load(parsed.GetRequiredValue(_model), parsed.GetValue(_threads) ?? 0, _limits.Read(parsed));
        var top = Math.Min(parsed.GetValue(_top) ?? StandardTop, classifier.ClassNames.Count);
        var terminal = _environment.Terminal;
        var table = parsed.GetValue(_json) ? null : new PredictionTable(terminal.Output, paths, classifier.ClassNames, top);
        var answers = new List<ImageAnswer>();
        var classified = 0;
        foreach (var path in paths)
        {
            _environment.CancellationToken.ThrowIfCancellationRequested();
            ImageAnswer answer;
            try
            {
                answer = new(path, [.. classifier.Predict(path).Ranked.Take(top).Select(item => new LabelProbability(item.Label, item.Probability))], null);
                classified++;
            }
            catch (ImageException error)
            {
                terminal.Error.WriteLine($"graft: {error.Message}");
                answer = new(path, null, error.Reason);
            }

            table?.Print(answer);
            if (table is null)
                answers.Add(answer);
        }

        if (table is null)
            JsonOutput.Print(terminal, answers, json => json.IReadOnlyListImageAnswer);
        return classified > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>All images, by the names that the user gave: a folder's are put behind its own.</summary>
    private static List<string> Paths(IEnumerable<string> named)
    {
        var paths = new List<string>();
        foreach (var name in named)
        {
            if (Directory.Exists(name))
                paths.AddRange(ImageFolder.List(name).Select(image => Path.Combine(name, image.RelativePath)));
            else
                paths.Add(name);
        }

        return paths;
    }
}
