using System.CommandLine;
using Graft.Imaging.Augmentation;

namespace Graft.Cli.Parsing;

/// <summary>
/// The augmentation options: <c>--augment</c> picks a preset, and one option for each setting overrides it.
/// </summary>
internal sealed class AugmentOptions
{
    private readonly Option<AugmentationOptions?> _preset;

    private readonly (AugmentationSetting Setting, Option<string?> Option)[] _presettings =
    [
        .. AugmentationSetting.All.Select(setting => (setting, Override(setting))),
    ];

    /// <summary>Creates the options for a command.</summary>
    /// <param name="standard">The default preset, as the help shows it.</param>
    public AugmentOptions(string standard) =>
        _preset = OptionKinds.Parsed<AugmentationOptions?>(
            "--augment",
            "none|light|standard|strong",
            "Random augmentation of the training images: a preset that the options below override. "
                + $"[default: {standard}]",
            AugmentationOptions.Parse
        );

    public void AddTo(Command command)
    {
        command.Add(_preset);
        foreach (var (_, option) in _presettings)
            command.Add(option);
    }

    /// <summary>Whether any of these options is given.</summary>
    public bool IsGiven(ParseResult parsed) =>
        parsed.GetResult(_preset) is not null || _presettings.Any(item => parsed.GetResult(item.Option) is not null);

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="standard">The settings to start from if <c>--augment</c> is not given.</param>
    public AugmentationOptions Read(ParseResult parsed, AugmentationOptions standard)
    {
        var options = parsed.GetValue(_preset) ?? standard;
        foreach (var (setting, option) in _presettings)
        {
            if (parsed.GetValue(option) is { } text)
                options = setting.Parse(options, text);
        }

        return options;
    }

    private static Option<string?> Override(AugmentationSetting setting) =>
        OptionKinds.Parsed<string?>($"--{setting.Name}", setting.Placeholder, setting.Description, text =>
        {
            // Parsed here only to report errors early; Read parses it again on top of the preset.
            setting.Parse(AugmentationOptions.None, text);
            return text;
        });
}
