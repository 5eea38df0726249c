using System.Globalization;

namespace Graft.Imaging.Augmentation;

/// <summary>
/// The transform of one image: a geometric part, applied as a single warp of the decoded image; then colour changes;
/// then an erased rectangle. Immutable; compared by value.
/// </summary>
/// <remarks>
/// The geometric steps are, in this order: crop, flip, magnify, shear, rotate, shift. All but the crop are relative to
/// the centre of the network's input. Directions are those of torchvision's <c>functional.affine</c>.
/// </remarks>
public sealed record ImageTransform
{
    /// <summary>The identity, as used for evaluation.</summary>
    public static ImageTransform Identity { get; } = new();

    /// <summary>A horizontal flip.</summary>
    public static ImageTransform Mirrored { get; } = new() { FlipHorizontally = true };

    /// <summary>
    /// The crop of the image at evaluation's scale, in place of evaluation's own crop; null for evaluation's crop.
    /// </summary>
    public UnitBox? Crop { get; init; }

    /// <summary>Whether left and right are swapped.</summary>
    public bool FlipHorizontally { get; init; }

    /// <summary>Whether top and bottom are swapped.</summary>
    public bool FlipVertically { get; init; }

    /// <summary>The magnification, above 0; 1 changes nothing, 2 shows a quarter of the image.</summary>
    public double Magnification { get; init; } = 1;

    /// <summary>
    /// The shear in degrees, between -90 and 90; rows above the centre move to the right when positive.
    /// </summary>
    public double Shear { get; init; }

    /// <summary>The rotation in degrees, clockwise when positive.</summary>
    public double Rotation { get; init; }

    /// <summary>The shift to the right, as a fraction of the width.</summary>
    public double ShiftRight { get; init; }

    /// <summary>The shift downwards, as a fraction of the height.</summary>
    public double ShiftDown { get; init; }

    /// <summary>How pixels outside the image are filled.</summary>
    public FillMode Fill { get; init; }

    /// <summary>The factor on all values, 0 or more.</summary>
    public double Brightness { get; init; } = 1;

    /// <summary>The factor on distances from the image's mean grey, 0 or more.</summary>
    public double Contrast { get; init; } = 1;

    /// <summary>The factor on distances from each pixel's grey, 0 or more.</summary>
    public double Saturation { get; init; } = 1;

    /// <summary>The rotation of the hue in turns; red moves towards yellow when positive.</summary>
    public double Hue { get; init; }

    /// <summary>The erased rectangle, relative to the network's input; null for none.</summary>
    public UnitBox? Erased { get; init; }

    /// <summary>
    /// Whether the image is resampled differently than for evaluation, by anything but flips, colours and erasing.
    /// </summary>
    public bool Warps =>
        Crop is not null || Magnification != 1 || Shear != 0 || Rotation != 0 || ShiftRight != 0 || ShiftDown != 0;

    internal bool ChangesColours => Brightness != 1 || Contrast != 1 || Saturation != 1 || Hue != 0;

    /// <summary>
    /// A stable one-line text with every value that changes something, for keys; "identity" if none does.
    /// </summary>
    public override string ToString()
    {
        var parts = new List<string>();
        Add("crop", Text(Crop), "");
        Add("flip", (FlipHorizontally ? "x" : "") + (FlipVertically ? "y" : ""), "");
        Add("magnification", Text(Magnification), "1");
        Add("shear", Text(Shear), "0");
        Add("rotation", Text(Rotation), "0");
        Add("shift", $"{Text(ShiftRight)}/{Text(ShiftDown)}", "0/0");
        Add("fill", $"{Fill}".ToLowerInvariant(), Warps ? "" : $"{Fill}".ToLowerInvariant());
        Add("brightness", Text(Brightness), "1");
        Add("contrast", Text(Contrast), "1");
        Add("saturation", Text(Saturation), "1");
        Add("hue", Text(Hue), "0");
        Add("erased", Text(Erased), "");
        return parts.Count == 0 ? "identity" : string.Join(' ', parts);

        void Add(string name, string value, string standard)
        {
            if (value != standard)
                parts.Add($"{name} {value}");
        }

        static string Text(object? value) =>
            value switch
            {
                double number => number.ToString("R", CultureInfo.InvariantCulture),
                UnitBox box => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{box.Left:R}/{box.Top:R}/{box.Width:R}/{box.Height:R}"
                ),
                _ => "",
            };
    }

    /// <summary>Maps the network's input, in pixels, to the same image before all steps but the crop.</summary>
    internal AffineMap ToUnchanged(int width, int height) =>
        AffineMap
            .Translation(-width / 2.0, -height / 2.0)
            .Then(
                AffineMap.Scaling(
                    Magnification * (FlipHorizontally ? -1 : 1),
                    Magnification * (FlipVertically ? -1 : 1)
                )
            )
            .Then(AffineMap.Shear(Shear))
            .Then(AffineMap.Rotation(Rotation))
            .Then(AffineMap.Translation(width * (0.5 + ShiftRight), height * (0.5 + ShiftDown)))
            .Inverse();
}
