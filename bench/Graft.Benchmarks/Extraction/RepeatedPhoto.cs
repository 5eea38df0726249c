using System.Buffers.Binary;
using Graft.Data;
using Graft.Imaging;

namespace Graft.Benchmarks.Extraction;

/// <summary>
/// One photo as many different files: a number follows the last byte of the image, which decoders do not read.
/// </summary>
internal sealed record RepeatedPhoto(byte[] Photo, int Number) : ImageSample
{
    public override string Path => $"photo {Number}";

    public override byte[] Read(ImageLimits limits)
    {
        var content = new byte[Photo.Length + sizeof(int)];
        Photo.CopyTo(content, 0);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(Photo.Length), Number);
        return content;
    }
}
