using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.DataChecks;

namespace Graft.Cli.Commands;

/// <summary><c>graft data check</c>: what is wrong with a dataset.</summary>
internal sealed class DataCheckCommand
{
    private readonly Argument<string> _data = new("ROOT")
    {
        Description = "A dataset as 'graft train' takes it: a folder or a manifest.",
    };
    private readonly Option<string?> _report = new("--report")
    {
        HelpName = "FILE",
        Description = "Write a page with charts and the photos in question: one HTML file that opens offline.",
    };
    private readonly Option<bool> _strict = new("--strict")
    {
        Description =
            "End with exit code 1 when something must be mended: leaks, contradicting labels, unreadable files, "
            + "classes too small to learn.",
    };
    private readonly Option<string?> _quarantine = new("--quarantine")
    {
        HelpName = "DIR",
        Description =
            "Move unreadable files, and copies of a file beyond the first, to this new folder; quarantine.csv there "
            + "lists them. Without it no file is touched.",
    };
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Decides the folds in which labels are suspected. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly ExaminationCommandOptions _examination = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private DataCheckCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var check = new DataCheckCommand(environment);
        var command = new VerbCommand(
            "check",
            "Find what is broken, doubled, leaking between splits or mislabelled in a dataset."
        )
        {
            Examples =
            [
                new("graft data check photos", "the findings"),
                new("graft data check photos --report check.html", "with the photos to look at"),
                new("graft data check photos --strict --json", "for scripts"),
                new("graft data check photos --without-features", "quick, without a network"),
                new("graft data check photos --quarantine ../set-aside", "move useless files away"),
            ],
            Notes =
            [
                "Features that are computed here are those that 'graft train' needs, and are kept: the check costs "
                    + "little more than they do, and seconds when they are known.",
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
