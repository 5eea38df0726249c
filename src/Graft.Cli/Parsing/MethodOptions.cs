using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>Which layers learn, and from what.</summary>
internal sealed class MethodOptions
{
    private readonly Option<TrainingMethod?> _method = OptionKinds.Choice(
        "--method",
        "What learns: the head, from features computed once (features, the default); the head, from photos changed "
            + "at random in every epoch (frozen); the head and the upper layers of the network (finetune).",
        ("features", TrainingMethod.Features),
        ("frozen", TrainingMethod.Frozen),
        ("finetune", TrainingMethod.FineTune)
    );

    private readonly Option<string?> _unfreeze = new("--unfreeze")
    {
        HelpName = "STAGE|NODE|all",
        Description = "The first stage or node of the network that learns with finetune. [default: its last stage]",
    };

    private readonly Option<BatchStatistics?> _statistics = OptionKinds.Choice(
        "--batch-norm",
        "Whether unfrozen batch normalisation keeps the statistics that it came with (keep, the default) or "
            + "measures its batches (update).",
        ("keep", BatchStatistics.Keep),
        ("update", BatchStatistics.Update)
    );

    private readonly Option<int?> _views = OptionKinds.Whole(
        "--views",
        "N",
        "features: how many views of every photo are computed and learned from, augmented but for one. [default: 1; "
            + "5 with --augment]",
        1,
        1000
    );

    public void AddTo(Command command)
    {
        command.Add(_method);
        command.Add(_views);
        command.Add(_unfreeze);
        command.Add(_statistics);
    }

    /// <summary>The method that was given; null where what was given is none, which has an error of its own.</summary>
    public TrainingMethod? Method(CommandResult result)
    {
        try
        {
            return result.GetValue(_method) ?? TrainingMethod.Features;
        }
        catch (InvalidOperationException)
        {
            // The parser reports the word itself; options are converted only after commands are checked.
            return null;
        }
    }

    /// <summary>Says what does not go together.</summary>
    public void Check(CommandResult result)
    {
        if (Method(result) is null)
            return;
        if (Method(result) != TrainingMethod.Features && result.GetResult(_views) is { Implicit: false })
            result.AddError("--views belongs to --method features; the others see every photo anew in each epoch.");
        if (Method(result) == TrainingMethod.FineTune)
            return;
        foreach (var option in new Option[] { _unfreeze, _statistics })
        {
            if (result.GetResult(option) is { Implicit: false })
                result.AddError($"{option.Name} belongs to --method finetune.");
        }
    }

    public TrainingRequest Apply(ParseResult parsed, TrainingRequest request) =>
        request with
        {
            Method = parsed.GetValue(_method) ?? request.Method,
            Views = parsed.GetValue(_views),
            Unfreeze = parsed.GetValue(_unfreeze),
            UnfreezeStatistics = parsed.GetValue(_statistics) == BatchStatistics.Update,
        };

    private enum BatchStatistics
    {
        Keep,
        Update,
    }
}
