using System.CommandLine;
using Graft.Features.Storage;
using Graft.Learning.Heads;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>The options for the network to train: the backbone, its preprocessing, and the head.</summary>
internal sealed class NetworkOptions
{
    private readonly BackboneOptions _backbone = new();
    private readonly Option<HeadSpecification?> _head = OptionKinds.Parsed<HeadSpecification?>(
        "--head",
        "HEAD",
        "The head: linear (with --method features fitted to convergence), dense:128 (a hidden layer "
            + "of 128 units), conv:100 (100 convolution filters on spatial features) or vgg:256 (after a "
            + "VGG's hidden layers). [default: linear; frozen: dense:128]",
        HeadSpecification.Parse
    );

    private readonly Option<double?> _l2 = OptionKinds.Real(
        "--l2",
        "X",
        "L2 regularisation of the linear head. [default: chosen by cross-validation on the training " + "images]",
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
