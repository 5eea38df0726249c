using System.CommandLine;
using Graft.Imaging.Augmentation;

namespace Graft.Cli.Parsing;

/// <summary>
/// How images are changed at random: <c>--augment</c> picks a set, and one option for each setting overrides it.
/// </summary>
internal sealed class AugmentOptions
{
    private readonly Option<AugmentationOptions?> _set;

    private readonly (AugmentationSetting Setting, Option<string?> Option)[] _settings =
    [
        .. AugmentationSetting.All.Select(setting => (setting, Override(setting))),
    ];

    /// <summary>Makes the options for a command.</summary>
    /// <param name="standard">The set's name that holds when nothing is given, for the help.</param>
    public AugmentOptions(string standard) =>
        _set = OptionKinds.Parsed<AugmentationOptions?>(
            "--augment",
            "none|light|standard|strong",
            $"How images are changed at random; the options that follow override it. [default: {standard}]",
            AugmentationOptions.Parse
        );

    public void AddTo(Command command)
    {
        command.Add(_set);
        foreach (var (_, option) in _settings)
            command.Add(option);
    }

    /// <summary>Whether any of the options is on the command line.</summary>
    public bool IsGiven(ParseResult parsed) =>
        parsed.GetResult(_set) is not null || _settings.Any(item => parsed.GetResult(item.Option) is not null);

    /// <summary>What the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="standard">What holds where no set is given.</param>
    public AugmentationOptions Read(ParseResult parsed, AugmentationOptions standard)
    {
        var options = parsed.GetValue(_set) ?? standard;
        foreach (var (setting, option) in _settings)
        {
            if (parsed.GetValue(option) is { } text)
                options = setting.Parse(options, text);
        }

        return options;
    }

    private static Option<string?> Override(AugmentationSetting setting) =>
        OptionKinds.Parsed<string?>($"--{setting.Name}", setting.Placeholder, setting.Description, text =>
        {
            // Read again on top of the set; here only to tell at once what is wrong.
            setting.Parse(AugmentationOptions.None, text);
            return text;
        });
}
