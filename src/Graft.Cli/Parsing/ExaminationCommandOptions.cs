using System.CommandLine;
using Graft.Training.DataChecks;

namespace Graft.Cli.Parsing;

/// <summary>The options that say how photos are looked at to compare them.</summary>
internal sealed class ExaminationCommandOptions
{
    private readonly Option<string?> _backbone = CommonOptions.BackboneName();
    private readonly Option<int?> _imageSize = CommonOptions.ImageSize();
    private readonly Option<bool> _withoutFeatures = new("--without-features")
    {
        Description =
            "Only decode images, without a network: quick where features are not known yet, and needs no weights. "
            + "The same picture is still found; similar shots and suspected labels are not.",
    };

    private readonly Option<bool> _exact = CommonOptions.Exact();
    private readonly LimitOptions _limits = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _backbone, _imageSize, _withoutFeatures, _exact })
            command.Add(option);
        _limits.AddTo(command);
    }

    public ExaminationOptions Read(ParseResult parsed)
    {
        var standard = new ExaminationOptions();
        return standard with
        {
            Backbone = parsed.GetValue(_backbone) ?? standard.Backbone,
            ImageSize = parsed.GetValue(_imageSize),
            WithoutFeatures = parsed.GetValue(_withoutFeatures),
            Exact = parsed.GetValue(_exact),
            Limits = _limits.Read(parsed),
        };
    }
}
