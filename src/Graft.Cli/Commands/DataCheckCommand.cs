using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.DataChecks;

namespace Graft.Cli.Commands;

/// <summary><c>graft data check</c>: finds problems in a dataset.</summary>
internal sealed class DataCheckCommand
{
    private readonly Argument<string> _data = new("ROOT")
    {
        Description = "A dataset in the form that 'graft train' accepts: a folder or a manifest.",
    };
    private readonly Option<string?> _report = new("--report")
    {
        HelpName = "FILE",
        Description = "Write a self-contained HTML report with charts and the images concerned.",
    };
    private readonly Option<bool> _strict = new("--strict")
    {
        Description =
            "Return exit code 1 if anything must be fixed: leaks, contradictory labels, unreadable "
            + "files, or classes with too few images.",
    };
    private readonly Option<string?> _quarantine = new("--quarantine")
    {
        HelpName = "DIR",
        Description =
            "Move unreadable files and duplicate files to this new folder; quarantine.csv in it lists "
            + "them. Without this option no file is moved.",
    };
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Seed for the cross-validation folds used to find suspected labels. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly ExaminationCommandOptions _examination = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private DataCheckCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var check = new DataCheckCommand(environment);
        var command = new VerbCommand(
            "check",
            "Find unreadable, duplicate, leaking and mislabelled images in a dataset."
        )
        {
            Examples =
            [
                new("graft data check photos", "print the findings"),
                new("graft data check photos --report check.html", "also write a report that shows the images"),
                new("graft data check photos --strict --json", "for scripts"),
                new("graft data check photos --without-features", "faster, without a network"),
                new("graft data check photos --quarantine ../set-aside", "move unreadable and duplicate files away"),
            ],
            Notes =
            [
                "The check stores the features it computes, and 'graft train' reuses them. It takes seconds "
                    + "if the features are stored already.",
            ],
        };
        command.Add(check._data);
        foreach (var option in new Option[] { check._report, check._strict, check._quarantine, check._seed })
            command.Add(option);
        check._examination.AddTo(command);
        command.Add(check._threads);
        command.Add(check._json);
        command.SetAction(check.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var request = new DataCheckRequest
        {
            Data = parsed.GetRequiredValue(_data),
            Examination = _examination.Read(parsed),
            Seed = parsed.GetValue(_seed) ?? 0,
            Report = parsed.GetValue(_report),
            Quarantine = parsed.GetValue(_quarantine),
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            DataCheck.Run(GraftHome.Locate(), workers, request, progress, _environment.CancellationToken)
        );
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.DataCheckReport);
        else
            DataCheckRendering.Print(_environment.Terminal.Output, report);
        return parsed.GetValue(_strict) && report.MustBeMended ? ExitCode.Failed : ExitCode.Done;
    }
}
