using System.Globalization;
using System.Text.Json.Serialization;
using Graft.Layers.Normalization;

namespace Graft.Imaging;

/// <summary>How an image of any size is resized to a network's input size.</summary>
public enum ResizeRule
{
    /// <summary>Width and height are scaled independently; nothing is cropped.</summary>
    Stretch,

    /// <summary>The shorter side is scaled, then the centre is cropped.</summary>
    Crop,

    /// <summary>The longer side is scaled, then the image is centred on black.</summary>
    Pad,
}

/// <summary>The channel order that the network's first convolution expects.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red (Caffe, and the Keras weights derived from it).</summary>
    Bgr,
}

/// <summary>One value for each of a pixel's three channels.</summary>
/// <param name="First">The value for the first channel.</param>
/// <param name="Second">The value for the second channel.</param>
/// <param name="Third">The value for the third channel.</param>
public readonly record struct ChannelValues(float First, float Second, float Third);

/// <summary>
/// The preprocessing of a decoded 8-bit sRGB image for a network. It belongs to the pretrained weights and is part of
/// feature keys and saved models. Immutable, compared by value.
/// </summary>
/// <remarks>
/// The resized image is 8-bit RGB. Then the channels are put in <see cref="ChannelOrder"/>, and each value becomes
/// <c>(value * Scale - Mean) / Deviation</c>, with Mean and Deviation in that order. Deviation is the standard
/// deviation. Some weights have a mean image besides, which is subtracted last.
/// </remarks>
public sealed record Preprocessing
{
    /// <summary>Height of the network's input in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Width of the network's input in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>How images of other sizes are resized to this one.</summary>
    public ResizeRule Resize { get; init; } = ResizeRule.Stretch;

    /// <summary>The resizing filter.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>
    /// For <see cref="ResizeRule.Crop"/>: the length in pixels that the shorter side is scaled to before the centre is
    /// cropped, for example 256 for a crop of 224. When null, the image is scaled to just fill the crop.
    /// </summary>
    public int? ShorterSide { get; init; }

    /// <summary>The order of the channels.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>The factor that each value (0 to 255) is multiplied by first.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>The mean, subtracted from each scaled value, in <see cref="ChannelOrder"/>.</summary>
    public ChannelValues Mean { get; init; }

    /// <summary>The standard deviation, which each difference is divided by, in <see cref="ChannelOrder"/>.</summary>
    public ChannelValues Deviation { get; init; } = new(1, 1, 1);

    /// <summary>
    /// Whether a mean image is subtracted last. Its values come with the weights; for another input size it is resized.
    /// </summary>
    // Models without one keep the bytes that they had before there were any.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasMeanImage { get; init; }

    /// <summary>
    /// The preprocessing of Caffe: stretched to the size, BGR, the ImageNet means 103.939 / 116.779 / 123.68
    /// subtracted, not scaled. Used by Keras's ResNet-50 and VGG weights.
    /// </summary>
    /// <param name="size">Height and width in pixels.</param>
    public static Preprocessing Caffe(int size) =>
        new()
        {
            Height = size,
            Width = size,
            ChannelOrder = ChannelOrder.Bgr,
            Mean = new(103.939f, 116.779f, 123.68f),
        };

    /// <summary>
    /// The preprocessing of torchvision: the shorter side scaled to 256/224 of the size and the centre cropped, RGB of
    /// 0 to 1, the ImageNet means 0.485 / 0.456 / 0.406 subtracted, divided by the standard deviations 0.229 / 0.224 /
    /// 0.225.
    /// </summary>
    /// <param name="size">Height and width in pixels.</param>
    public static Preprocessing Torchvision(int size) =>
        new()
        {
            Height = size,
            Width = size,
            Resize = ResizeRule.Crop,
            ShorterSide = (int)((long)size * 256 / 224),
            Scale = 1 / 255f,
            Mean = new(0.485f, 0.456f, 0.406f),
            Deviation = new(0.229f, 0.224f, 0.225f),
        };

    /// <summary>
    /// The preprocessing of Inception: RGB scaled to -1 to 1. The shorter side is scaled and the centre cropped, as
    /// torchvision does it, or the image is stretched to the size, as Keras does it.
    /// </summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="shorterSide">
    /// The length in pixels that the shorter side is scaled to before the centre is cropped; the image is stretched
    /// when null.
    /// </param>
    public static Preprocessing Symmetric(int size, int? shorterSide = null) =>
        new()
        {
            Height = size,
            Width = size,
            Resize = shorterSide is null ? ResizeRule.Stretch : ResizeRule.Crop,
            ShorterSide = shorterSide,
            Scale = 1 / 255f,
            Mean = new(0.5f, 0.5f, 0.5f),
            Deviation = new(0.5f, 0.5f, 0.5f),
        };

    /// <summary>The same preprocessing for another square size; the shorter side changes in proportion.</summary>
    /// <param name="size">Height and width in pixels.</param>
    public Preprocessing WithSize(int size) =>
        this with
        {
            Height = size,
            Width = size,
            ShorterSide = ShorterSide is { } shorter ? (int)((long)shorter * size / Height) : null,
        };

    /// <summary>
    /// The arithmetic without a mean image, as a network's first layer, which takes RGB pixels of 0 to 255.
    /// </summary>
    /// <returns>A layer that the caller owns.</returns>
    public ChannelNormalization ToLayer() =>
        new(
            ChannelOrder == ChannelOrder.Bgr,
            Scale,
            [Mean.First, Mean.Second, Mean.Third],
            [Deviation.First, Deviation.Second, Deviation.Third]
        );

    /// <summary>A stable one-line text with every value, for keys and provenance.</summary>
    public override string ToString()
    {
        var shorter = ShorterSide is { } side ? $" from {side}" : "";
        // The default filter is omitted, so that texts written before there were two filters stay the same.
        var filter = Interpolation == Interpolation.Bilinear ? "" : $" {Interpolation}";
        var mean = Text(Mean) + (HasMeanImage ? " and mean image" : "");
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{Width}x{Height} {Resize}{shorter}{filter}, {ChannelOrder}, scale {Scale:R}, mean {mean}, "
                    + $"deviation {Text(Deviation)}"
            )
            .ToLowerInvariant();

        static string Text(ChannelValues values) =>
            string.Create(CultureInfo.InvariantCulture, $"{values.First:R}/{values.Second:R}/{values.Third:R}");
    }
}
