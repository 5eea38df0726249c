using System.CommandLine;
using Graft.Training.DataChecks;

namespace Graft.Cli.Parsing;

/// <summary>The options for comparing the images of a dataset with each other.</summary>
internal sealed class ExaminationCommandOptions
{
    private readonly Option<string?> _backbone = CommonOptions.BackboneName();
    private readonly Option<int?> _imageSize = CommonOptions.ImageSize();
    private readonly Option<bool> _withoutFeatures = new("--without-features")
    {
        Description =
            "Only decode the images; do not run a network. Faster if no features are stored yet, and "
            + "needs no weights. Still finds copies of the same image, but no similar images and no "
            + "suspected labels.",
    };

    private readonly EngineOptions _engine = new();
    private readonly LimitOptions _limits = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _backbone, _imageSize, _withoutFeatures })
            command.Add(option);
        _engine.AddTo(command);
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
            Engine = _engine.Read(parsed),
            Limits = _limits.Read(parsed),
        };
    }
}
