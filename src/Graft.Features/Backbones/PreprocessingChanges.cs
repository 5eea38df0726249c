using Graft.Imaging;

namespace Graft.Features.Backbones;

/// <summary>
/// The parts of the preprocessing that a user sets. A part that is null keeps the value of the weights, or the usual
/// value. Immutable.
/// </summary>
public sealed record PreprocessingChanges
{
    /// <summary>The preprocessing of a family of weights, to which the other changes are applied.</summary>
    public PreprocessingPreset? Preset { get; init; }

    /// <summary>Height and width of the network's input in pixels.</summary>
    public int? ImageSize { get; init; }

    /// <summary>How images are resized to that size.</summary>
    public ResizeRule? Resize { get; init; }

    /// <summary>
    /// With <see cref="ResizeRule.Crop"/>: the length in pixels that the shorter side is scaled to before the centre is
    /// cropped.
    /// </summary>
    public int? ShorterSide { get; init; }

    /// <summary>The resizing filter.</summary>
    public Interpolation? Interpolation { get; init; }

    /// <summary>The order of the channels.</summary>
    public ChannelOrder? ChannelOrder { get; init; }

    /// <summary>The factor that each value (0 to 255) is multiplied by first.</summary>
    public float? Scale { get; init; }

    /// <summary>The mean, which is then subtracted, in the order of the channels.</summary>
    public ChannelValues? Mean { get; init; }

    /// <summary>The standard deviation, which the difference is divided by, in the order of the channels.</summary>
    public ChannelValues? Deviation { get; init; }

    /// <summary>Whether the arithmetic is set, not only size and resizing.</summary>
    internal bool StateArithmetic =>
        Preset is not null
        || ChannelOrder is not null
        || Scale is not null
        || Mean is not null
        || Deviation is not null;

    /// <summary>The preprocessing of a family at a size.</summary>
    /// <param name="preset">The family.</param>
    /// <param name="size">Height and width in pixels.</param>
    public static Preprocessing From(PreprocessingPreset preset, int size) =>
        preset switch
        {
            PreprocessingPreset.Torchvision => Preprocessing.Torchvision(size),
            PreprocessingPreset.Symmetric => Preprocessing.Symmetric(size),
            PreprocessingPreset.Caffe => Preprocessing.Caffe(size),
            PreprocessingPreset.Unit => new()
            {
                Height = size,
                Width = size,
                Scale = 1 / 255f,
            },
            _ => new() { Height = size, Width = size },
        };

    /// <summary>Changes a preprocessing.</summary>
    /// <param name="basis">The preprocessing to change.</param>
    /// <exception cref="ArgumentException">The changes do not fit together; the message says how.</exception>
    public Preprocessing Apply(Preprocessing basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var result = Preset is { } preset ? From(preset, basis.Height) with { Width = basis.Width } : basis;
        if (ImageSize is { } size)
            result = result.WithSize(size);
        if (Resize is { } rule)
            result = result with { Resize = rule, ShorterSide = null };
        if (ShorterSide is { } shorter)
        {
            if (Resize is not (null or ResizeRule.Crop))
                throw new ArgumentException(
                    $"A shorter side applies only to cropping the centre (--resize crop), but images are to be "
                        + $"resized by '{Resize}'. Leave out one of them."
                );
            if (shorter < Math.Max(result.Height, result.Width))
                throw new ArgumentException(
                    $"A shorter side of {shorter} pixels is too small for a crop of {result.Width}x{result.Height}. "
                        + $"Give at least {Math.Max(result.Height, result.Width)}."
                );
            result = result with { Resize = ResizeRule.Crop, ShorterSide = shorter };
        }

        return result with
        {
            Interpolation = Interpolation ?? result.Interpolation,
            ChannelOrder = ChannelOrder ?? result.ChannelOrder,
            Scale = Scale ?? result.Scale,
            Mean = Mean ?? result.Mean,
            Deviation = Deviation ?? result.Deviation,
        };
    }
}
