using System.Buffers.Binary;
using Graft.Data.Hashing;
using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Data;

/// <summary>
/// A picture as the extractor takes it: something with a name, bytes that identify it, and pixels. Thread-safe.
/// </summary>
public abstract class ImageContent
{
    /// <summary>The path, or what else tells a person which picture it is.</summary>
    public abstract string Name { get; }

    /// <summary>The hash of the content where it is known already; good for looking up only.</summary>
    public ContentHash? KnownHash { get; init; }

    /// <summary>Reads the bytes that identify the picture.</summary>
    /// <param name="limits">Limits on their number.</param>
    /// <exception cref="ImageException">They cannot be read.</exception>
    public abstract byte[] Read(ImageLimits limits);

    /// <summary>Decodes bytes that <see cref="Read"/> gave to pixels of the size that a network takes.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="loader">What decodes and resizes.</param>
    /// <param name="pixels">Gets RGB values of 0 to 255.</param>
    /// <exception cref="ImageException">The picture is bad.</exception>
    public abstract void LoadPixels(byte[] content, ImageLoader loader, Span<float> pixels);

    /// <summary>
    /// Decodes bytes that <see cref="Read"/> gave, and shows the picture to somebody else too, so that it is decoded
    /// only once.
    /// </summary>
    /// <param name="content">The bytes.</param>
    /// <param name="loader">What decodes and resizes.</param>
    /// <param name="pixels">Gets RGB values of 0 to 255.</param>
    /// <param name="look">
    /// Gets the header and the decoded picture, which it must not keep; contents of other kinds need not call it.
    /// </param>
    /// <exception cref="ImageException">The picture is bad.</exception>
    public virtual void LoadPixels(
        byte[] content,
        ImageLoader loader,
        Span<float> pixels,
        Action<ImageInfo, RgbImage> look
    ) => LoadPixels(content, loader, pixels);

    /// <summary>Decodes bytes that <see cref="Read"/> gave for somebody to look at.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="loader">What decodes.</param>
    /// <param name="look">
    /// Gets the header and the decoded picture, which it must not keep; contents of other kinds need not call it.
    /// </param>
    /// <exception cref="ImageException">The picture is bad.</exception>
    public virtual void Look(byte[] content, ImageLoader loader, Action<ImageInfo, RgbImage> look) { }

    /// <summary>Decodes bytes that <see cref="Read"/> gave to a picture that is to be transformed.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="augmenter">What decodes and transforms.</param>
    /// <returns>A picture that the caller disposes.</returns>
    /// <exception cref="ImageException">The picture is bad.</exception>
    public abstract RgbImage Prepare(byte[] content, ImageAugmenter augmenter);

    /// <summary>A picture in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="knownHash">The hash of its bytes where it is known.</param>
    public static ImageContent File(string path, ContentHash? knownHash = null) =>
        new FileContent(path) { KnownHash = knownHash };

    /// <summary>A picture in memory.</summary>
    /// <param name="name">What tells a person which picture it is.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="rgb">8-bit RGB, row by row; kept, not copied.</param>
    public static ImageContent Pixels(string name, int width, int height, ReadOnlyMemory<byte> rgb) =>
        new PixelContent(name, width, height, rgb);

    private sealed class FileContent(string path) : ImageContent
    {
        public override string Name => path;

        public override byte[] Read(ImageLimits limits) => ImageDecoder.ReadFile(path, limits);

        public override void LoadPixels(byte[] content, ImageLoader loader, Span<float> pixels) =>
            loader.LoadPixels(content, path, pixels);

        public override void LoadPixels(
            byte[] content,
            ImageLoader loader,
            Span<float> pixels,
            Action<ImageInfo, RgbImage> look
        ) => loader.LoadPixels(content, path, pixels, look);

        public override void Look(byte[] content, ImageLoader loader, Action<ImageInfo, RgbImage> look) =>
            loader.Look(content, path, look);

        public override RgbImage Prepare(byte[] content, ImageAugmenter augmenter) => augmenter.Prepare(content, path);
    }

    private sealed class PixelContent(string name, int width, int height, ReadOnlyMemory<byte> rgb) : ImageContent
    {
        /// <summary>Before the pixels come four bytes that no image file begins with, then width and height.</summary>
        private const int HeaderLength = 12;

        public override string Name => name;

        public override byte[] Read(ImageLimits limits)
        {
            var content = new byte[HeaderLength + rgb.Length];
            "RGB\0"u8.CopyTo(content);
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), width);
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(8), height);
            rgb.Span.CopyTo(content.AsSpan(HeaderLength));
            return content;
        }

        public override void LoadPixels(byte[] content, ImageLoader loader, Span<float> pixels)
        {
            using var image = Image(content);
            loader.LoadPixels(image, pixels);
        }

        public override void LoadPixels(
            byte[] content,
            ImageLoader loader,
            Span<float> pixels,
            Action<ImageInfo, RgbImage> look
        )
        {
            using var image = Image(content);
            look(Header, image);
            loader.LoadPixels(image, pixels);
        }

        public override void Look(byte[] content, ImageLoader loader, Action<ImageInfo, RgbImage> look)
        {
            using var image = Image(content);
            look(Header, image);
        }

        public override RgbImage Prepare(byte[] content, ImageAugmenter augmenter)
        {
            using var image = Image(content);
            return augmenter.Prepare(image);
        }

        /// <summary>Pixels in memory are as good as a file without loss.</summary>
        private ImageInfo Header => new(ImageFormat.Png, width, height, 3, 1, HasColourProfile: false);

        private RgbImage Image(byte[] content) => RgbImage.FromPixels(width, height, content.AsSpan(HeaderLength));
    }
}
