using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Features.Backbones;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Planning;

namespace Graft.Cli.Commands;

/// <summary><c>graft plan</c>: estimates the cost and accuracy of training.</summary>
internal sealed class PlanCommand
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A dataset in the form that 'graft train' accepts: a folder or a manifest.",
    };
    private readonly Option<string[]> _backbones = new("--backbone")
    {
        HelpName = "NAME|FILE",
        Description =
            "A backbone to compare; may be repeated. [default: those on this machine ('graft models "
            + "list'), or resnet50 if there are none]",
    };

    private readonly Option<TimeSpan?> _time = OptionKinds.Parsed<TimeSpan?>(
        "--time",
        "TIME",
        "Time limit for training, for example 10m. [default: 10m]",
        text =>
            Quantities.Duration(text) is var time && time > TimeSpan.Zero
                ? time
                : throw new FormatException("the time must be above 0.")
    );
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Seed of the split and of the sample of images. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly LimitOptions _limits = new();
    private readonly EngineOptions _engine = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private PlanCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var plan = new PlanCommand(environment);
        var command = new VerbCommand(
            "plan",
            "Estimate the time, memory, disk space and accuracy of each training method from a short "
                + "probe, and recommend one."
        )
        {
            Examples =
            [
                new("graft plan photos", "backbones on this machine, within 10 minutes"),
                new("graft plan photos --time 1h", "more time"),
                new("graft plan photos --backbone resnet50 --backbone mobilenet_v2", "compare two"),
            ],
            Notes =
            [
                "The probe takes about 20 seconds, plus at least 8 for each backbone. 'graft train' reuses "
                    + "the features it computes.",
                "The accuracy, with its 95 % interval, is that of a head on the features of a sample of the "
                    + "images.",
            ],
        };
        command.Add(plan._data);
        foreach (var option in new Option[] { plan._backbones, plan._time, plan._seed })
            command.Add(option);
        plan._limits.AddTo(command);
        foreach (var option in new Option[] { plan._threads, plan._json })
            command.Add(option);
        plan._engine.AddTo(command);
        command.SetAction(plan.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var standard = new PlanningRequest { Data = parsed.GetRequiredValue(_data) };
        var request = standard with
        {
            Backbones = [.. (parsed.GetValue(_backbones) ?? []).Select(name => new BackboneSource { Name = name })],
            TimeBudget = parsed.GetValue(_time) ?? standard.TimeBudget,
            Seed = parsed.GetValue(_seed) ?? 0,
            Engine = _engine.Read(parsed),
            Limits = _limits.Read(parsed),
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            RoutePlanning.Run(GraftHome.Locate(), workers, request, progress, _environment.CancellationToken)
        );
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.PlanningReport);
        else
            PlanningRendering.Print(_environment.Terminal, report);
        return ExitCode.Done;
    }
}
