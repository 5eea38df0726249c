using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>The options for the training method: which layers are trained, and on what.</summary>
internal sealed class MethodOptions
{
    private readonly Option<TrainingMethod?> _method = OptionKinds.Choice(
        "--method",
        "What is trained: the head on features computed once (features); the head on a frozen "
            + "backbone, with new augmentation in every epoch (frozen); or the head and the last layers of "
            + "the backbone (finetune). [default: features]",
        ("features", TrainingMethod.Features),
        ("frozen", TrainingMethod.Frozen),
        ("finetune", TrainingMethod.FineTune)
    );

    private readonly Option<string?> _unfreeze = new("--unfreeze")
    {
        HelpName = "STAGE|NODE|all",
        Description =
            "finetune: the first stage or node to train; everything before it stays frozen. [default: "
            + "the last stage]",
    };

    private readonly Option<BatchStatistics?> _statistics = OptionKinds.Choice(
        "--batch-norm",
        "finetune: whether unfrozen batch normalisation layers keep their pretrained statistics "
            + "(keep) or update them from mini-batches (update). [default: keep]",
        ("keep", BatchStatistics.Keep),
        ("update", BatchStatistics.Update)
    );

    private readonly Option<int?> _views = OptionKinds.Whole(
        "--views",
        "N",
        "features: number of views computed for each image; all but the first are augmented. "
            + "[default: 1; 5 with --augment]",
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

    /// <summary>The given method; null if its value is invalid, which the parser reports.</summary>
    public TrainingMethod? Method(CommandResult result)
    {
        try
        {
            return result.GetValue(_method) ?? TrainingMethod.Features;
        }
        catch (InvalidOperationException)
        {
            // The parser reports the invalid value itself: it converts options only after it runs the validators.
            return null;
        }
    }

    /// <summary>Reports options that cannot be combined.</summary>
    public void Check(CommandResult result)
    {
        if (Method(result) is null)
            return;
        if (Method(result) != TrainingMethod.Features && result.GetResult(_views) is { Implicit: false })
            result.AddError(
                "--views requires --method features; the other methods augment every image anew in each " + "epoch."
            );
        if (Method(result) == TrainingMethod.FineTune)
            return;
        foreach (var option in new Option[] { _unfreeze, _statistics })
        {
            if (result.GetResult(option) is { Implicit: false })
                result.AddError($"{option.Name} requires --method finetune.");
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
