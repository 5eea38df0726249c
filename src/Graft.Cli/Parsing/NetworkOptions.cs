using System.CommandLine;
using Graft.Features.Storage;
using Graft.Learning.Heads;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>What is put together: the pretrained network, its input, and the head on it.</summary>
internal sealed class NetworkOptions
{
    private readonly BackboneOptions _backbone = new();
    private readonly Option<HeadSpecification?> _head = OptionKinds.Parsed<HeadSpecification?>(
        "--head",
        "HEAD",
        "The head: linear (on features solved to convergence), dense:128 (a hidden layer), conv:100 (filters on the "
            + "feature map), vgg:256 (behind a VGG's hidden layers). [default: linear; frozen: dense:128]",
        HeadSpecification.Parse
    );

    private readonly Option<double?> _l2 = OptionKinds.Real(
        "--l2",
        "X",
        "The linear head's penalty on weights; chosen by cross-validation on the training images when not given.",
        value => value >= 0,
        "a number of 0 or more"
    );
    private readonly Option<FeaturePrecision?> _precision = CommonOptions.FeaturePrecision();

    public void AddTo(Command command)
    {
        _backbone.AddTo(command);
        foreach (var option in new Option[] { _head, _l2, _precision })
            command.Add(option);
    }

    public TrainingRequest Apply(ParseResult parsed, TrainingRequest request) =>
        request with
        {
            Backbone = _backbone.Read(parsed),
            Head = parsed.GetValue(_head) ?? request.Head,
            L2 = parsed.GetValue(_l2),
            FeaturePrecision = parsed.GetValue(_precision) ?? request.FeaturePrecision,
        };
}
