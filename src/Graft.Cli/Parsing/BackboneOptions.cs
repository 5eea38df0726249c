using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Graft.Features.Backbones;
using Graft.Imaging;

namespace Graft.Cli.Parsing;

/// <summary>
/// The backbone options: the network, its weights, its feature node, and the preprocessing of images.
/// </summary>
internal sealed class BackboneOptions
{
    private readonly Option<string?> _backbone = CommonOptions.Backbone();
    private readonly Option<string?> _weights = new("--weights")
    {
        HelpName = "FILE",
        Description = "A weights-only file (.safetensors, .pth or .pt) for the network named by --backbone.",
    };
    private readonly Option<string?> _cut;
    private readonly Option<int?> _imageSize = CommonOptions.ImageSize();

    private readonly Option<PreprocessingPreset?> _preset = OptionKinds.Choice(
        "--preprocessing",
        "Pixel preprocessing, for files that do not state it: torchvision (RGB / 255, ImageNet mean "
            + "and standard deviation), symmetric (RGB scaled to -1..1), caffe (BGR, ImageNet mean), unit "
            + "(RGB / 255) or pixels (RGB, 0 to 255). The options below override it.",
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
        "With --resize crop: length of the shorter side in pixels before the centre crop.",
        1,
        16384
    );

    private readonly Option<Interpolation?> _interpolation = OptionKinds.Choice(
        "--interpolation",
        "Interpolation used to resize images. [default: the network's own]",
        ("bilinear", Interpolation.Bilinear),
        ("bicubic", Interpolation.Bicubic)
    );

    private readonly Option<ChannelOrder?> _channels = OptionKinds.Choice(
        "--channels",
        "Channel order of the input. [default: the network's own]",
        ("rgb", ChannelOrder.Rgb),
        ("bgr", ChannelOrder.Bgr)
    );
    private readonly Option<float?> _scale = OptionKinds.Parsed<float?>(
        "--scale",
        "X",
        "Factor applied to pixel values (0 to 255) before --mean and --deviation, for example 1/255.",
        text => Number(text)
    );
    private readonly Option<ChannelValues?> _mean = OptionKinds.Parsed<ChannelValues?>(
        "--mean",
        "X[,X,X]",
        "Mean subtracted from each channel after scaling: one value or three.",
        text => Values(text)
    );
    private readonly Option<ChannelValues?> _deviation = OptionKinds.Parsed<ChannelValues?>(
        "--deviation",
        "X[,X,X]",
        "Standard deviation that each channel is divided by after --mean: one value or three.",
        text => Deviations(text)
    );

    /// <summary>Creates the options for a command.</summary>
    /// <param name="cut">The name of the option that selects the feature node.</param>
    /// <param name="otherNames">Aliases of that option.</param>
    public BackboneOptions(string cut = "--cut", params string[] otherNames) =>
        _cut = new(cut, otherNames)
        {
            HelpName = "NODE",
            Description =
                "The network node whose output is used as features. [default: the last one before the " + "classifier]",
        };

    /// <summary>Adds all options to a command.</summary>
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

    /// <summary>Adds the options that select the network, without those for preprocessing.</summary>
    public void AddNetworkTo(Command command)
    {
        foreach (var option in new Option[] { _backbone, _weights, _cut })
            command.Add(option);
    }

    /// <summary>Whether a feature node is given.</summary>
    public bool NamesNode(CommandResult result) => result.GetResult(_cut) is not null;

    /// <summary>The given name or path of the backbone; null if there is none.</summary>
    public string? Name(CommandResult result) => result.GetValue(_backbone);

    /// <summary>Reads the options.</summary>
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

    /// <summary>Parses a number or a fraction such as <c>1/255</c>.</summary>
    private static float Number(string text)
    {
        var parts = text.Split('/', 2);
        var value = One(parts[0]) / (parts.Length > 1 ? One(parts[1]) : 1);
        return float.IsFinite(value) && value != 0
            ? value
            : throw new FormatException(
                $"'{text}' is not a scale; use a number other than 0 or a fraction such as 1/255."
            );

        float One(string part) =>
            float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new FormatException($"'{text}' is not a number; use for example 0.5 or 1/255.");
    }

    private static ChannelValues Values(string text)
    {
        var values = text.Split(',')
            .Select(part =>
                float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && float.IsFinite(value)
                    ? value
                    : throw new FormatException(
                        $"'{part}' is not a number; use one number for all channels, or three separated by "
                            + "commas, for example 0.485,0.456,0.406."
                    )
            )
            .ToArray();
        return values switch
        {
            [var all] => new(all, all, all),
            [var first, var second, var third] => new(first, second, third),
            _ => throw new FormatException($"'{text}' has {values.Length} values; use one for all channels, or three."),
        };
    }

    private static ChannelValues Deviations(string text)
    {
        var values = Values(text);
        return values is { First: not 0, Second: not 0, Third: not 0 }
            ? values
            : throw new FormatException($"'{text}' contains a 0; a standard deviation must not be 0.");
    }
}
