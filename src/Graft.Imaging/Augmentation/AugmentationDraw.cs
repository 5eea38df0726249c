using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Graft.Tensors;

namespace Graft.Imaging.Augmentation;

/// <summary>Draws the random transform of one image.</summary>
public static class AugmentationDraw
{
    private const int Attempts = 10;

    /// <summary>
    /// The random numbers of one image in one epoch. They do not depend on threads, batches or earlier draws.
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, or the number of a view.</param>
    /// <param name="key">What identifies the image: a path relative to the dataset, or the hash of its content.</param>
    public static DeterministicRandom RandomFor(ulong seed, int epoch, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var text = new byte[sizeof(ulong) + sizeof(int) + Encoding.UTF8.GetByteCount(key)];
        BinaryPrimitives.WriteUInt64LittleEndian(text, seed);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(sizeof(ulong)), epoch);
        Encoding.UTF8.GetBytes(key, text.AsSpan(sizeof(ulong) + sizeof(int)));
        return new(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text)));
    }

    /// <summary>Draws a transform. Enabling one transform does not change what is drawn for the others.</summary>
    /// <param name="options">The ranges to draw from; must be valid.</param>
    /// <param name="random">The image's random numbers.</param>
    /// <param name="frame">
    /// The size that evaluation scales the image to, in pixels: <see cref="ImageAugmenter.FrameOf"/>.
    /// </param>
    public static ImageTransform Draw(
        this AugmentationOptions options,
        DeterministicRandom random,
        (int Width, int Height) frame
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var transform = new ImageTransform
        {
            FlipHorizontally = random.NextDouble() < options.HorizontalFlip,
            FlipVertically = random.NextDouble() < options.VerticalFlip,
            Rotation = Around(0, options.Rotation),
            Shear = Around(0, options.Shear),
            Magnification = Around(1, options.Zoom),
            ShiftRight = Around(0, options.WidthShift),
            ShiftDown = Around(0, options.HeightShift),
            Brightness = Math.Max(0, Around(1, options.Brightness)),
            Contrast = Math.Max(0, Around(1, options.Contrast)),
            Saturation = Math.Max(0, Around(1, options.Saturation)),
            Hue = Around(0, options.Hue),
            Fill = options.Fill,
        };
        var erases = random.NextDouble() < options.Erasing;
        var crop = new DeterministicRandom(random.NextUInt64());
        var erased = new DeterministicRandom(random.NextUInt64());
        return transform with
        {
            Crop = options.Crops
                ? Box(crop, options.CropScale, options.CropRatio, frame.Width, frame.Height)
                    ?? Largest(options.CropRatio, frame.Width, frame.Height)
                : null,
            Erased = erases ? Box(erased, options.ErasingScale, options.ErasingRatio, 1, 1) : null,
        };

        double Around(double centre, double range) => centre + (range * ((2 * random.NextDouble()) - 1));
    }

    /// <summary>
    /// A rectangle of random area, aspect ratio and position; null if ten attempts give none that fits. Draws as
    /// torchvision does, but does not round to pixels.
    /// </summary>
    private static UnitBox? Box(
        DeterministicRandom random,
        ValueRange scale,
        ValueRange ratio,
        double width,
        double height
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = width * height * Within(scale.Minimum, scale.Maximum);
            var shape = Math.Exp(Within(Math.Log(ratio.Minimum), Math.Log(ratio.Maximum)));
            var (boxWidth, boxHeight) = (Math.Sqrt(area * shape), Math.Sqrt(area / shape));
            if (boxWidth > width || boxHeight > height)
                continue;
            // Stay within the image despite rounding.
            var (partWidth, partHeight) = (Math.Min(1, boxWidth / width), Math.Min(1, boxHeight / height));
            return new(Within(0, 1 - partWidth), Within(0, 1 - partHeight), partWidth, partHeight);
        }

        return null;

        double Within(double minimum, double maximum) => minimum + ((maximum - minimum) * random.NextDouble());
    }

    /// <summary>The largest centred rectangle with an allowed aspect ratio.</summary>
    private static UnitBox Largest(ValueRange ratio, double width, double height)
    {
        var shape = Math.Clamp(width / height, ratio.Minimum, ratio.Maximum);
        // At most 1 despite rounding.
        var (boxWidth, boxHeight) =
            width / height > shape
                ? (Math.Min(1, height * shape / width), 1.0)
                : (1.0, Math.Min(1, width / shape / height));
        return new((1 - boxWidth) / 2, (1 - boxHeight) / 2, boxWidth, boxHeight);
    }
}
