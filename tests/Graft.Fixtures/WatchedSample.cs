using Graft.Data;
using Graft.Imaging;

namespace Graft.Fixtures;

/// <summary>
/// An image in memory that counts what is done with it and that can turn into another one between two readings.
/// </summary>
public sealed record WatchedSample(string FileName, params byte[][] Contents) : ImageSample
{
    private readonly Counts _counts = new();

    public override string Path => FileName;

    public int Reads => _counts.Reads;

    public int Decodes => _counts.Decodes;

    /// <summary>Called before every decoding.</summary>
    public Action? OnDecode { get; init; }

    public override byte[] Read(ImageLimits limits)
    {
        var content = Contents[Math.Min(Interlocked.Increment(ref _counts.Reads), Contents.Length) - 1];
        return content.Length > 0
            ? content
            : throw new ImageException("read", FileName, "not found", "a readable file", "none", "Check the path.");
    }

    public override DecodedImage Decode(byte[] content, ImageLoader loader)
    {
        Interlocked.Increment(ref _counts.Decodes);
        OnDecode?.Invoke();
        return base.Decode(content, loader);
    }

    /// <summary>Shared by copies of the record, as the same image goes on its way under several of them.</summary>
    private sealed class Counts
    {
        public int Reads;
        public int Decodes;
    }
}
