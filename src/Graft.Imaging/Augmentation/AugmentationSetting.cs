using System.Globalization;

namespace Graft.Imaging.Augmentation;

/// <summary>
/// One setting of <see cref="AugmentationOptions"/> with its name, limits and text. The text of the options is made of
/// settings, and the command line has an option for each.
/// </summary>
public sealed class AugmentationSetting
{
    private readonly Func<AugmentationOptions, string> _print;
    private readonly Func<AugmentationOptions, string, AugmentationOptions> _parse;

    private AugmentationSetting(
        string name,
        string placeholder,
        string description,
        Func<AugmentationOptions, string> print,
        Func<AugmentationOptions, string, AugmentationOptions> parse
    )
    {
        Name = name;
        Placeholder = placeholder;
        Description = description;
        _print = print;
        _parse = parse;
    }

    /// <summary>All settings.</summary>
    public static IReadOnlyList<AugmentationSetting> All { get; } =
    [
        Number(
            "horizontal-flip",
            "P",
            "Probability of swapping left and right.",
            1,
            options => options.HorizontalFlip,
            (options, value) => options with { HorizontalFlip = value }
        ),
        Number(
            "vertical-flip",
            "P",
            "Probability of swapping top and bottom.",
            1,
            options => options.VerticalFlip,
            (options, value) => options with { VerticalFlip = value }
        ),
        Number(
            "rotation",
            "DEGREES",
            "Largest rotation in either direction.",
            180,
            options => options.Rotation,
            (options, value) => options with { Rotation = value }
        ),
        Number(
            "shear",
            "DEGREES",
            "Largest shear in either direction.",
            60,
            options => options.Shear,
            (options, value) => options with { Shear = value }
        ),
        Number(
            "zoom",
            "F",
            "Magnification from 1-F to 1+F.",
            0.75,
            options => options.Zoom,
            (options, value) => options with { Zoom = value }
        ),
        Number(
            "width-shift",
            "F",
            "Largest shift left or right, as a fraction of the width.",
            1,
            options => options.WidthShift,
            (options, value) => options with { WidthShift = value }
        ),
        Number(
            "height-shift",
            "F",
            "Largest shift up or down, as a fraction of the height.",
            1,
            options => options.HeightShift,
            (options, value) => options with { HeightShift = value }
        ),
        Range(
            "crop",
            "A..B",
            "Crops a random fraction of the area, A to B (1 is all), and resizes it.",
            0.01,
            1,
            options => options.CropScale,
            (options, value) => options with { CropScale = value }
        ),
        Range(
            "crop-ratio",
            "A..B",
            "Width over height of the crop.",
            0.1,
            10,
            options => options.CropRatio,
            (options, value) => options with { CropRatio = value }
        ),
        Number(
            "brightness",
            "F",
            "Factor on brightness from 1-F to 1+F.",
            10,
            options => options.Brightness,
            (options, value) => options with { Brightness = value }
        ),
        Number(
            "contrast",
            "F",
            "Factor on contrast from 1-F to 1+F.",
            10,
            options => options.Contrast,
            (options, value) => options with { Contrast = value }
        ),
        Number(
            "saturation",
            "F",
            "Factor on saturation from 1-F to 1+F.",
            10,
            options => options.Saturation,
            (options, value) => options with { Saturation = value }
        ),
        Number(
            "hue",
            "F",
            "Largest rotation of the hue in either direction, in turns of the colour circle.",
            0.5,
            options => options.Hue,
            (options, value) => options with { Hue = value }
        ),
        Number(
            "erasing",
            "P",
            "Probability of erasing a rectangle.",
            1,
            options => options.Erasing,
            (options, value) => options with { Erasing = value }
        ),
        Range(
            "erasing-scale",
            "A..B",
            "Fraction of the area that is erased.",
            0.0001,
            1,
            options => options.ErasingScale,
            (options, value) => options with { ErasingScale = value }
        ),
        Range(
            "erasing-ratio",
            "A..B",
            "Width over height of the erased rectangle.",
            0.1,
            10,
            options => options.ErasingRatio,
            (options, value) => options with { ErasingRatio = value }
        ),
        FillSetting(),
        Number(
            "mixup",
            "ALPHA",
            "Blends each image with another; the shares follow the beta distribution of ALPHA.",
            100,
            options => options.MixUp,
            (options, value) => options with { MixUp = value }
        ),
        Number(
            "cutmix",
            "ALPHA",
            "Replaces a rectangle by another image's; its area follows the beta distribution of ALPHA.",
            100,
            options => options.CutMix,
            (options, value) => options with { CutMix = value }
        ),
    ];

    /// <summary>The name in texts; also, after two dashes, on the command line.</summary>
    public string Name { get; }

    /// <summary>The placeholder for the value in help texts.</summary>
    public string Placeholder { get; }

    /// <summary>What the setting does, as a sentence.</summary>
    public string Description { get; }

    /// <summary>The value as text.</summary>
    /// <param name="options">The options that have the value.</param>
    public string Print(AugmentationOptions options) => _print(options);

    /// <summary>Copies options with another value of this setting.</summary>
    /// <param name="options">The options to copy.</param>
    /// <param name="text">The value as text.</param>
    /// <exception cref="FormatException">The text is not a valid value; the message says what is.</exception>
    public AugmentationOptions Parse(AugmentationOptions options, string text) => _parse(options, text);

    internal void Check(AugmentationOptions options)
    {
        try
        {
            Parse(options, Print(options));
        }
        catch (FormatException error)
        {
            throw new ArgumentOutOfRangeException(nameof(options), Print(options), error.Message);
        }
    }

    private static AugmentationSetting Number(
        string name,
        string placeholder,
        string description,
        double maximum,
        Func<AugmentationOptions, double> get,
        Func<AugmentationOptions, double, AugmentationOptions> with
    ) =>
        new(
            name,
            placeholder,
            description,
            options => get(options).ToString("R", CultureInfo.InvariantCulture),
            (options, text) =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value >= 0
                && value <= maximum
                    ? with(options, value)
                    : throw Wrong(
                        name,
                        string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {maximum:R}"),
                        text
                    )
        );

    private static AugmentationSetting Range(
        string name,
        string placeholder,
        string description,
        double minimum,
        double maximum,
        Func<AugmentationOptions, ValueRange> get,
        Func<AugmentationOptions, ValueRange, AugmentationOptions> with
    ) =>
        new(
            name,
            placeholder,
            description,
            options => get(options).ToString(),
            (options, text) =>
                ValueRange.Parse(text) is var range && range.Minimum >= minimum && range.Maximum <= maximum
                    ? with(options, range)
                    : throw Wrong(
                        name,
                        string.Create(CultureInfo.InvariantCulture, $"a range within {minimum:R}..{maximum:R}"),
                        text
                    )
        );

    private static AugmentationSetting FillSetting() =>
        new(
            "fill",
            "edge|constant|reflect",
            "How pixels outside the image are filled.",
            options =>
                options.Fill switch
                {
                    FillMode.Edge => "edge",
                    FillMode.Constant => "constant",
                    FillMode.Reflect => "reflect",
                    _ => $"{options.Fill}",
                },
            (options, text) =>
                text switch
                {
                    "edge" => options with { Fill = FillMode.Edge },
                    "constant" => options with { Fill = FillMode.Constant },
                    "reflect" => options with { Fill = FillMode.Reflect },
                    _ => throw Wrong("fill", "edge, constant or reflect", text),
                }
        );

    private static FormatException Wrong(string name, string expected, string found) =>
        new($"The augmentation '{name}' takes {expected}; '{found}' was given.");
}
