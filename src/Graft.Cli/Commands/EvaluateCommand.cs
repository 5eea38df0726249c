using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;

namespace Graft.Cli.Commands;

/// <summary><c>graft evaluate</c>: evaluates a classifier on labelled images.</summary>
internal sealed class EvaluateCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string?> _predictions = new("--predictions")
    {
        HelpName = "FILE",
        Description = "Write the path, true class, loss and top five predictions of every image to a CSV file.",
    };
    private readonly EvaluationOptions _evaluation = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private EvaluateCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var evaluate = new EvaluateCommand(environment);
        var command = new VerbCommand("evaluate", "Evaluate a classifier on labelled images.")
        {
            Examples =
            [
                new("graft evaluate runs/train/model.onnx photos", "accuracy, metrics of each class, confusion matrix"),
                new("graft evaluate runs/train/model.onnx photos --split validation", "another split of the folder"),
                new(
                    "graft evaluate runs/train/model.onnx photos --tta 2",
                    "average over each image and its flipped copy"
                ),
                new("graft evaluate runs/train/model.onnx photos --json", "for scripts"),
            ],
            Notes =
            [
                "The data may lack some of the model's classes, but must not contain others. Use images that "
                    + "the model was not trained on; otherwise the results are too optimistic.",
            ],
        };
        command.Add(evaluate._model);
        evaluate._evaluation.AddTo(command);
        command.Add(evaluate._predictions);
        command.Add(evaluate._threads);
        command.Add(evaluate._json);
        command.SetAction(evaluate.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var request = _evaluation.Read(parsed, ModelArgument.Read(parsed, _model)) with
        {
            Predictions = parsed.GetValue(_predictions),
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var learning = new TransferLearning(GraftHome.Locate(), workers);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            learning.Evaluate(request, progress, _environment.CancellationToken)
        );
        BadImageWarning.Write(_environment.Terminal, report.BadImages);
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.EvaluationReport);
        else
            EvaluationRendering.Print(_environment.Terminal, report);
        return ExitCode.Done;
    }
}
