using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Graft.Features.Backbones;
using Graft.Imaging;

namespace Graft.Cli.Parsing;

/// <summary>Which network, with which weights, cut where, and what is done to pictures before it.</summary>
internal sealed class BackboneOptions
{
    private readonly Option<string?> _backbone = CommonOptions.Backbone();
    private readonly Option<string?> _weights = new("--weights")
    {
        HelpName = "FILE",
        Description = "A file with weights alone (.safetensors, .pth, .pt) for the network that --backbone names.",
    };
    private readonly Option<string?> _cut;
    private readonly Option<int?> _imageSize = CommonOptions.ImageSize();

    private readonly Option<PreprocessingPreset?> _preset = OptionKinds.Choice(
        "--preprocessing",
        "What is done to pixels, where a file does not say: torchvision (RGB / 255, ImageNet's mean and deviation), "
            + "symmetric (RGB from -1 to 1), caffe (BGR, ImageNet's mean), unit (RGB / 255), pixels (RGB of 0 to "
            + "255). The options that follow override it.",
        ("torchvision", PreprocessingPreset.Torchvision),
        ("symmetric", PreprocessingPreset.Symmetric),
        ("caffe", PreprocessingPreset.Caffe),
        ("unit", PreprocessingPreset.Unit),
        ("pixels", PreprocessingPreset.Pixels)
    );

    private readonly Option<ResizeRule?> _resize = CommonOptions.Resize();
    private readonly Option<int?> _shorterSide = OptionKinds.Whole(
        "--shorter-side",
        "N",
        "With --resize crop: the shorter side in pixels before the centre is cut out.",
        1,
        16384
    );

    private readonly Option<Interpolation?> _interpolation = OptionKinds.Choice(
        "--interpolation",
        "The filter that resizing goes by; the network's own when not given.",
        ("bilinear", Interpolation.Bilinear),
        ("bicubic", Interpolation.Bicubic)
    );

    private readonly Option<ChannelOrder?> _channels = OptionKinds.Choice(
        "--channels",
        "The order of a pixel's values; the network's own when not given.",
        ("rgb", ChannelOrder.Rgb),
        ("bgr", ChannelOrder.Bgr)
    );
    private readonly Option<float?> _scale = OptionKinds.Parsed<float?>(
        "--scale",
        "X",
        "What each value of 0 to 255 is multiplied with first, for example 1/255.",
        text => Number(text)
    );
    private readonly Option<ChannelValues?> _mean = OptionKinds.Parsed<ChannelValues?>(
        "--mean",
        "X[,X,X]",
        "What is then subtracted from each channel.",
        text => Values(text)
    );
    private readonly Option<ChannelValues?> _deviation = OptionKinds.Parsed<ChannelValues?>(
        "--deviation",
        "X[,X,X]",
        "What each channel is then divided by.",
        text => Deviations(text)
    );

    /// <summary>Makes the options for a command.</summary>
    /// <param name="cut">What the option that names a node is called there.</param>
    /// <param name="otherNames">Its other names.</param>
    public BackboneOptions(string cut = "--cut", params string[] otherNames) =>
        _cut = new(cut, otherNames)
        {
            HelpName = "NODE",
            Description =
                "The node whose output is the features; the one before the network's classifier when not given.",
        };

    /// <summary>Adds all of them.</summary>
    public void AddTo(Command command)
    {
        AddNetworkTo(command);
        foreach (
            var option in new Option[]
            {
                _imageSize,
                _preset,
                _resize,
                _shorterSide,
                _interpolation,
                _channels,
                _scale,
                _mean,
                _deviation,
            }
        )
            command.Add(option);
    }

    /// <summary>Adds those that say which network it is, without what is done to pictures.</summary>
    public void AddNetworkTo(Command command)
    {
        foreach (var option in new Option[] { _backbone, _weights, _cut })
            command.Add(option);
    }

    /// <summary>Whether a node is named.</summary>
    public bool NamesNode(CommandResult result) => result.GetResult(_cut) is not null;

    /// <summary>The name or path that is given, if any.</summary>
    public string? Name(CommandResult result) => result.GetValue(_backbone);

    /// <summary>What the options say.</summary>
    public BackboneSource Read(ParseResult parsed)
    {
        var standard = new BackboneSource();
        return standard with
        {
            Name = parsed.GetValue(_backbone) ?? standard.Name,
            Weights = parsed.GetValue(_weights),
            Cut = parsed.GetValue(_cut),
            Preprocessing = new()
            {
                Preset = parsed.GetValue(_preset),
                ImageSize = parsed.GetValue(_imageSize),
                Resize = parsed.GetValue(_resize),
                ShorterSide = parsed.GetValue(_shorterSide),
                Interpolation = parsed.GetValue(_interpolation),
                ChannelOrder = parsed.GetValue(_channels),
                Scale = parsed.GetValue(_scale),
                Mean = parsed.GetValue(_mean),
                Deviation = parsed.GetValue(_deviation),
            },
        };
    }

    /// <summary>A number or a fraction of two.</summary>
    private static float Number(string text)
    {
        var parts = text.Split('/', 2);
        var value = One(parts[0]) / (parts.Length > 1 ? One(parts[1]) : 1);
        return float.IsFinite(value) && value != 0
            ? value
            : throw new FormatException($"'{text}' is no scale; a number other than 0 or a fraction such as 1/255 is.");

        float One(string part) =>
            float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new FormatException($"'{text}' is no number; write for example 0.5 or 1/255.");
    }

    private static ChannelValues Values(string text)
    {
        var values = text.Split(',')
            .Select(part =>
                float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && float.IsFinite(value)
                    ? value
                    : throw new FormatException(
                        $"'{part}' is no number; write one for all channels or three with commas, for example "
                            + $"0.485,0.456,0.406."
                    )
            )
            .ToArray();
        return values switch
        {
            [var all] => new(all, all, all),
            [var first, var second, var third] => new(first, second, third),
            _ => throw new FormatException(
                $"'{text}' has {values.Length} values; one for all channels or three are possible."
            ),
        };
    }

    private static ChannelValues Deviations(string text)
    {
        var values = Values(text);
        return values is { First: not 0, Second: not 0, Third: not 0 }
            ? values
            : throw new FormatException($"'{text}' has a 0, which nothing can be divided by.");
    }
}
