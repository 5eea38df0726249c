using System.Buffers.Binary;
using Graft.Data;
using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Benchmarks.Extraction;

/// <summary>
/// One photo as many different files: a number follows the picture's last byte, which decoders do not look at.
/// </summary>
internal sealed class RepeatedPhoto(byte[] photo, int number) : ImageContent
{
    public override string Name => $"photo {number}";

    public override byte[] Read(ImageLimits limits)
    {
        var content = new byte[photo.Length + sizeof(int)];
        photo.CopyTo(content, 0);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(photo.Length), number);
        return content;
    }

    public override void LoadPixels(byte[] content, ImageLoader loader, Span<float> pixels) =>
        loader.LoadPixels(content, Name, pixels);

    public override RgbImage Prepare(byte[] content, ImageAugmenter augmenter) => augmenter.Prepare(content, Name);
}
