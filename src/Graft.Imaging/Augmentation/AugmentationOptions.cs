using System.Text.Json.Serialization;

namespace Graft.Imaging.Augmentation;

/// <summary>
/// Random augmentation of training images. A value of 0 turns a transform off. <see cref="ToString"/>,
/// <see cref="Parse"/> and JSON use the same text. Immutable; compared by value.
/// </summary>
/// <remarks>
/// Ranges have the same meaning as in Keras's ImageDataGenerator and torchvision's transforms;
/// <see cref="AugmentationSetting.All"/> lists them with their limits. The values drawn for one image are an
/// <see cref="ImageTransform"/>.
/// </remarks>
[JsonConverter(typeof(AugmentationJsonConverter))]
public sealed record AugmentationOptions
{
    /// <summary>No augmentation.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>Flips and slight crops, for images that are very similar, or for many thousands of images.</summary>
    public static AugmentationOptions Light { get; } =
        new()
        {
            HorizontalFlip = 0.5,
            CropScale = new(0.8, 1),
            CropRatio = new(0.9, 1.1),
        };

    /// <summary>For a few hundred images of subjects that may be flipped, with a frozen network.</summary>
    public static AugmentationOptions Standard { get; } =
        new()
        {
            HorizontalFlip = 0.5,
            Rotation = 10,
            Shear = 5,
            Zoom = 0.1,
            CropScale = new(0.65, 1),
            CropRatio = new(0.85, 1.18),
            Brightness = 0.2,
            Contrast = 0.2,
            Saturation = 0.2,
        };

    /// <summary>For networks that are trained as a whole for many epochs and would otherwise overfit.</summary>
    public static AugmentationOptions Strong { get; } =
        new()
        {
            HorizontalFlip = 0.5,
            Rotation = 15,
            Shear = 10,
            Zoom = 0.1,
            CropScale = new(0.35, 1),
            Brightness = 0.4,
            Contrast = 0.4,
            Saturation = 0.4,
            Hue = 0.05,
            Erasing = 0.25,
        };

    /// <summary>The probability of swapping left and right, 0 to 1.</summary>
    public double HorizontalFlip { get; init; }

    /// <summary>The probability of swapping top and bottom, 0 to 1.</summary>
    public double VerticalFlip { get; init; }

    /// <summary>The largest rotation in either direction, in degrees, 0 to 180.</summary>
    public double Rotation { get; init; }

    /// <summary>The largest shear of vertical lines in either direction, in degrees, 0 to 60.</summary>
    public double Shear { get; init; }

    /// <summary>
    /// The largest difference of the magnification from 1, 0 to 0.75: 0.2 means from 0.8 (everything is smaller) to
    /// 1.2.
    /// </summary>
    public double Zoom { get; init; }

    /// <summary>The largest shift to the left or right, as a fraction of the width, 0 to 1.</summary>
    public double WidthShift { get; init; }

    /// <summary>The largest shift up or down, as a fraction of the height, 0 to 1.</summary>
    public double HeightShift { get; init; }

    /// <summary>
    /// The fraction of the image's area that is cropped and resized to the network's size, as in torchvision's
    /// RandomResizedCrop; 0.01 to 1. A range of 1 to 1 turns it off. The crop is taken from the image as evaluation
    /// scales it, so with <see cref="ResizeRule.Stretch"/> from the stretched image. It replaces the crop of
    /// evaluation.
    /// </summary>
    public ValueRange CropScale { get; init; } = new(1, 1);

    /// <summary>Width over height of the crop, 0.1 to 10.</summary>
    public ValueRange CropRatio { get; init; } = new(0.75, 1.3333333333333333);

    /// <summary>The largest difference from 1 of the factor on all values, 0 to 10.</summary>
    public double Brightness { get; init; }

    /// <summary>The largest difference from 1 of the factor on distances from the image's mean grey, 0 to 10.</summary>
    public double Contrast { get; init; }

    /// <summary>The largest difference from 1 of the factor on distances from each pixel's grey, 0 to 10.</summary>
    public double Saturation { get; init; }

    /// <summary>The largest rotation of the hue in either direction, in turns of the colour circle, 0 to 0.5.</summary>
    public double Hue { get; init; }

    /// <summary>
    /// The probability that a rectangle is erased, that is, filled with the network's mean colour, 0 to 1.
    /// </summary>
    public double Erasing { get; init; }

    /// <summary>The fraction of the area that is erased, 0.0001 to 1.</summary>
    public ValueRange ErasingScale { get; init; } = new(0.02, 0.33);

    /// <summary>Width over height of the erased rectangle, 0.1 to 10.</summary>
    public ValueRange ErasingRatio { get; init; } = new(0.3, 3.3);

    /// <summary>
    /// How pixels outside the image are filled. With <see cref="ResizeRule.Pad"/> they are always black, like its bars.
    /// </summary>
    public FillMode Fill { get; init; }

    /// <summary>
    /// MixUp: each image is blended with another of the batch. The weights are drawn from the beta distribution with
    /// both parameters equal to this value, 0 to 100; 0.2 is usual.
    /// </summary>
    /// <remarks>H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.</remarks>
    public double MixUp { get; init; }

    /// <summary>
    /// CutMix: a rectangle is replaced by that of another image of the batch. Its fraction of the area is drawn from
    /// the beta distribution with both parameters equal to this value, 0 to 100; 1 is usual. If MixUp is on too, one of
    /// the two is drawn for each image.
    /// </summary>
    /// <remarks>
    /// S. Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV
    /// 2019.
    /// </remarks>
    public double CutMix { get; init; }

    /// <summary>Whether there is no augmentation.</summary>
    public bool IsNone =>
        this with
        {
            Fill = None.Fill,
            CropRatio = None.CropRatio,
            ErasingScale = None.ErasingScale,
            ErasingRatio = None.ErasingRatio,
        } == None;

    /// <summary>Whether images are mixed with others of their batch.</summary>
    public bool Mixes => MixUp > 0 || CutMix > 0;

    /// <summary>
    /// Whether images are resampled differently than for evaluation, by anything but flips, colours, erasing and
    /// mixing.
    /// </summary>
    public bool Warps => Rotation > 0 || Shear > 0 || Zoom > 0 || WidthShift > 0 || HeightShift > 0 || Crops;

    internal bool Crops => CropScale.Minimum < 1;

    /// <summary>
    /// Parses what <see cref="ToString"/> writes: a set (<c>none</c>, <c>light</c>, <c>standard</c> or <c>strong</c>),
    /// settings such as <c>rotation=10,fill=reflect</c>, or a set with settings that override it:
    /// <c>standard,hue=0.05</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">
    /// The text is none of these, or a number is out of range. The message says what is allowed.
    /// </exception>
    public static AugmentationOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = None;
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i == 0 && Named(parts[0]) is { } named)
            {
                options = named;
                continue;
            }

            var (name, value) = parts[i].Split('=', 2) is [var left, var right]
                ? (left, right)
                : throw NotUnderstood(parts[i]);
            var setting = AugmentationSetting.All.FirstOrDefault(setting => setting.Name == name)
                ?? throw NotUnderstood(parts[i]);
            options = setting.Parse(options, value);
        }

        return options;
    }

    /// <summary>Finds a set by its name; null if there is none.</summary>
    /// <param name="name"><c>none</c>, <c>light</c>, <c>standard</c> or <c>strong</c>.</param>
    public static AugmentationOptions? Named(string name) =>
        name switch
        {
            "none" => None,
            "light" => Light,
            "standard" => Standard,
            "strong" => Strong,
            _ => null,
        };

    /// <summary>Checks all values.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range. The message names the setting and its range.
    /// </exception>
    public AugmentationOptions Validated()
    {
        foreach (var setting in AugmentationSetting.All)
            setting.Check(this);
        return this;
    }

    /// <summary>
    /// The settings that differ from <see cref="None"/>, such as <c>horizontal-flip=0.5,rotation=10</c>; <c>none</c> if
    /// none does.
    /// </summary>
    public override string ToString()
    {
        var settings = AugmentationSetting
            .All.Where(setting => setting.Print(this) != setting.Print(None))
            .Select(setting => $"{setting.Name}={setting.Print(this)}");
        return string.Join(',', settings) is { Length: > 0 } text ? text : "none";
    }

    private static FormatException NotUnderstood(string part) =>
        new(
            $"'{part}' is not an augmentation. Use none, light, standard or strong, or one of "
                + $"{string.Join(", ", AugmentationSetting.All.Select(setting => setting.Name))} with '=' and a value."
        );
}
