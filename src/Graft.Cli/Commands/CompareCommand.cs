using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Cli.Commands;

/// <summary><c>graft compare</c>: compares two classifiers on the same images.</summary>
internal sealed class CompareCommand
{
    private const double StandardAlpha = 0.05;

    private readonly Argument<string> _first = ModelArgument.Create("A");
    private readonly Argument<string> _second = ModelArgument.Create("B");
    private readonly Option<bool> _failIfWorse = new("--fail-if-worse")
    {
        Description = "Return exit code 1 if B is significantly less accurate than A (McNemar's test).",
    };
    private readonly Option<double?> _alpha = OptionKinds.Real(
        "--alpha",
        "X",
        "Significance level for --fail-if-worse; with 1, any loss of accuracy fails. [default: 0.05]",
        value => value is > 0 and <= 1,
        "a number above 0, at most 1"
    );

    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Seed of the bootstrap. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly EvaluationOptions _evaluation = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private CompareCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var compare = new CompareCommand(environment);
        var command = new VerbCommand(
            "compare",
            "Compare two classifiers on the same images and test the difference for significance."
        )
        {
            Examples =
            [
                new("graft compare runs/train runs/train2 photos", "a report in Markdown"),
                new("graft compare old.onnx new.onnx photos --fail-if-worse", "exit code 1 if the new one is worse"),
                new(
                    "graft compare old.onnx new.onnx photos --json",
                    "for scripts; lists all images with different predictions"
                ),
            ],
            Notes =
            [
                "McNemar's test uses the images that exactly one classifier predicts correctly. The interval is from "
                    + "a paired bootstrap with 10,000 resamples.",
                "Use images that neither classifier was trained on; otherwise the results are too optimistic.",
            ],
        };
        command.Add(compare._first);
        command.Add(compare._second);
        compare._evaluation.AddTo(command);
        foreach (
            var option in new Option[]
            {
                compare._failIfWorse,
                compare._alpha,
                compare._seed,
                compare._threads,
                compare._json,
            }
        )
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(compare._alpha) is { Implicit: false }
                && result.GetResult(compare._failIfWorse) is not { Implicit: false }
            )
                result.AddError("--alpha requires --fail-if-worse.");
        });
        command.SetAction(compare.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var request = new ComparisonRequest
        {
            Evaluation = _evaluation.Read(parsed, ModelArgument.Read(parsed, _first)),
            Other = ModelArgument.Read(parsed, _second),
            Seed = parsed.GetValue(_seed) ?? 0,
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var learning = new TransferLearning(GraftHome.Locate(), workers);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            learning.Compare(request, progress, _environment.CancellationToken)
        );
        var terminal = _environment.Terminal;
        BadImageWarning.Write(terminal, report.BadImages);
        if (parsed.GetValue(_json))
            JsonOutput.Print(terminal, report, types => types.ComparisonReport);
        else
            ComparisonMarkdown.Print(terminal.Output, report);
        if (!parsed.GetValue(_failIfWorse) || !report.IsWorse(parsed.GetValue(_alpha) ?? StandardAlpha))
            return ExitCode.Done;
        terminal.Error.WriteLine(
            $"graft: B is worse: accuracy {Format.Share(report.SecondAccuracy)}, compared with A's "
                + $"{Format.Share(report.FirstAccuracy)} (p = {Format.Number(report.McNemarExact)})."
        );
        return ExitCode.Failed;
    }
}
