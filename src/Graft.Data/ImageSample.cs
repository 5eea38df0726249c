using System.Buffers.Binary;
using Graft.Data.Hashing;
using Graft.Imaging;

namespace Graft.Data;

/// <summary>
/// An image on its way through Graft: where its bytes come from, what lists call it, its class, and the hash of its
/// content once that is known. Immutable and thread-safe; nothing but its name has been looked at.
/// </summary>
public abstract record ImageSample
{
    /// <summary>The label of an image whose class is not known.</summary>
    public const int Unlabelled = -1;

    private readonly string? _name;

    /// <summary>The absolute path of the file; for an image in memory the name that messages give it.</summary>
    public abstract string Path { get; }

    /// <summary>
    /// The name in lists: the path below the dataset's root, its parts separated by <c>/</c> on every platform. By
    /// default the <see cref="Path"/>.
    /// </summary>
    public string Name
    {
        get => _name ?? Path;
        init => _name = value;
    }

    /// <summary>The index of the class, from 0; <see cref="Unlabelled"/> where it is not known.</summary>
    public int Label { get; init; } = Unlabelled;

    /// <summary>
    /// The hash of the content; null where it is not known yet, or where the file cannot be read. Features are looked
    /// up by it. What is stored is hashed again with the bytes that were decoded, since the file may have changed.
    /// </summary>
    public ContentHash? Hash { get; init; }

    /// <summary>Reads the bytes that identify the image.</summary>
    /// <param name="limits">The largest size.</param>
    /// <exception cref="ImageException">The bytes cannot be read.</exception>
    public abstract byte[] Read(ImageLimits limits);

    /// <summary>Decodes bytes that <see cref="Read"/> returned.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="loader">The decoder.</param>
    /// <returns>The image with its header; the caller disposes it.</returns>
    /// <exception cref="ImageException">The image is bad.</exception>
    public virtual DecodedImage Decode(byte[] content, ImageLoader loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return loader.Decode(content, Path);
    }

    /// <summary>An image in a file.</summary>
    /// <param name="path">The file.</param>
    public static ImageSample FromFile(string path) => new FileSample(path);

    /// <summary>An image in memory.</summary>
    /// <param name="name">The name that messages give it.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="rgb">8-bit RGB, row by row; kept, not copied.</param>
    public static ImageSample FromPixels(string name, int width, int height, ReadOnlyMemory<byte> rgb) =>
        new PixelSample(name, width, height, rgb);

    private sealed record FileSample(string File) : ImageSample
    {
        public override string Path => File;

        public override byte[] Read(ImageLimits limits) => ImageDecoder.ReadFile(File, limits);
    }

    private sealed record PixelSample(string PixelsName, int Width, int Height, ReadOnlyMemory<byte> Rgb) : ImageSample
    {
        /// <summary>Before the pixels come four bytes that no image file begins with, then width and height.</summary>
        private const int HeaderLength = 12;

        public override string Path => PixelsName;

        public override byte[] Read(ImageLimits limits)
        {
            var content = new byte[HeaderLength + Rgb.Length];
            "RGB\0"u8.CopyTo(content);
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), Width);
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(8), Height);
            Rgb.Span.CopyTo(content.AsSpan(HeaderLength));
            return content;
        }

        public override DecodedImage Decode(byte[] content, ImageLoader loader) =>
            // Pixels in memory are as good as a file without loss.
            new(
                new(ImageFormat.Png, Width, Height, 3, 1, HasColourProfile: false),
                RgbImage.FromPixels(Width, Height, content.AsSpan(HeaderLength))
            );
    }
}
