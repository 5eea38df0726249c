using Graft.Data;
using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Fixtures;

/// <summary>
/// A picture in memory that counts what is done with it and that can turn into another one between two readings.
/// </summary>
public sealed class WatchedContent(string name, params byte[][] contents) : ImageContent
{
    private int _reads;
    private int _decodes;

    public override string Name => name;

    public int Reads => _reads;

    public int Decodes => _decodes;

    /// <summary>Called before every decoding.</summary>
    public Action? OnDecode { get; init; }

    public override byte[] Read(ImageLimits limits)
    {
        var content = contents[Math.Min(Interlocked.Increment(ref _reads), contents.Length) - 1];
        return content.Length > 0
            ? content
            : throw new ImageException("read", name, "not found", "a readable file", "none", "Check the path.");
    }

    public override void LoadPixels(byte[] content, ImageLoader loader, Span<float> pixels)
    {
        Interlocked.Increment(ref _decodes);
        OnDecode?.Invoke();
        loader.LoadPixels(content, name, pixels);
    }

    public override RgbImage Prepare(byte[] content, ImageAugmenter augmenter)
    {
        Interlocked.Increment(ref _decodes);
        OnDecode?.Invoke();
        return augmenter.Prepare(content, name);
    }
}
