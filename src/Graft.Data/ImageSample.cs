using System.Buffers.Binary;
using Graft.Data.Hashing;
using Graft.Imaging;

namespace Graft.Data;

/// <summary>
/// An image before it is decoded: the source of its bytes, its name, its class, and the hash of its content once that
/// is known. Immutable and thread-safe.
/// </summary>
public abstract record ImageSample
{
    /// <summary>The label of an image whose class is not known.</summary>
    public const int Unlabelled = -1;

    private readonly string? _name;

    /// <summary>The absolute path of the file; for an image in memory, the name used in messages.</summary>
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

    /// <summary>The index of the class, from 0; <see cref="Unlabelled"/> if it is not known.</summary>
    public int Label { get; init; } = Unlabelled;

    /// <summary>
    /// The hash of the content; null if it is not known yet, or if the file cannot be read. Features are looked up by
    /// this hash. Before features are stored, the decoded bytes are hashed again, since the file may have changed.
    /// </summary>
    public ContentHash? Hash { get; init; }

    /// <summary>Reads the bytes that identify the image.</summary>
    /// <param name="limits">Limits on the size.</param>
    /// <exception cref="ImageException">The bytes cannot be read.</exception>
    public abstract byte[] Read(ImageLimits limits);

    /// <summary>Hashes the bytes that identify the image.</summary>
    /// <param name="buffer">Memory for blocks of a file.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="length">Receives the number of bytes read.</param>
    /// <returns>The hash; null if the bytes cannot be read.</returns>
    internal virtual ContentHash? ComputeHash(byte[] buffer, CancellationToken cancellationToken, out long length)
    {
        length = 0;
        try
        {
            var content = Read(new());
            length = content.Length;
            return ContentHash.Compute(content);
        }
        catch (ImageException)
        {
            return null;
        }
    }

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
    /// <param name="name">The name used in messages.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="rgb">8-bit RGB, row by row; kept, not copied.</param>
    public static ImageSample FromPixels(string name, int width, int height, ReadOnlyMemory<byte> rgb) =>
        new PixelSample(name, width, height, rgb);

    private sealed record FileSample(string File) : ImageSample
    {
        public override string Path => File;

        public override byte[] Read(ImageLimits limits) => ImageDecoder.ReadFile(File, limits);

        internal override ContentHash? ComputeHash(
            byte[] buffer,
            CancellationToken cancellationToken,
            out long length
        ) => ContentHash.TryComputeFile(File, buffer, cancellationToken, out length);
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
            // Pixels in memory are treated like a lossless file.
            new(
                new(ImageFormat.Png, Width, Height, 3, 1, HasColourProfile: false),
                RgbImage.FromPixels(Width, Height, content.AsSpan(HeaderLength))
            );
    }
}
