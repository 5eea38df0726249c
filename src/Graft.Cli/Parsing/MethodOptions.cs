using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>Which layers learn, and from what.</summary>
internal sealed class MethodOptions
{
    private readonly Option<TrainingMethod?> _method = OptionKinds.Choice(
        "--method",
        "What learns: the head, from features computed once (features, the default); the head, from photos changed at random in every epoch (frozen); the head and the upper layers of the network (finetune).",
        ("features", TrainingMethod.Features),
        ("frozen", TrainingMethod.Frozen),
        ("finetune", TrainingMethod.FineTune));

    private readonly Option<string?> _unfreeze = new("--unfreeze") { HelpName = "STAGE|NODE|all", Description = "The first stage or node of the network that learns with finetune. [default: its last stage]" };

    private readonly Option<BatchStatistics?> _statistics = OptionKinds.Choice(
        "--batch-norm",
        "Whether unfrozen batch normalisation keeps the statistics that it came with (keep, the default) or measures its batches (update).",
        ("keep", BatchStatistics.Keep),
        ("update", BatchStatistics.Update));

    public void AddTo(Command command)
    {
        command.Add(_method);
        command.Add(_unfreeze);
        command.Add(_statistics);
    }

    /// <summary>The method that was given.</summary>
    public TrainingMethod Method(CommandResult result) => result.GetValue(_method) ?? TrainingMethod.Features;

    /// <summary>Says what does not go together.</summary>
    public void Check(CommandResult result)
    {
        if (Method(result) == TrainingMethod.FineTune)
            return;
        foreach (var option in new Option[] { _unfreeze, _statistics })
        {
            if (result.GetResult(option) is { Implicit: false })
                result.AddError($"{option.Name} belongs to --method finetune.");
        }
    }

    public TrainingRequest Apply(ParseResult parsed, TrainingRequest request) => request with
    {
        Method = parsed.GetValue(_method) ?? request.Method,
        Unfreeze = parsed.GetValue(_unfreeze),
        UnfreezeStatistics = parsed.GetValue(_statistics) == BatchStatistics.Update,
    };

    private enum BatchStatistics
    {
        Keep,
        Update,
    }
}
