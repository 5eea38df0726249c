using Graft.Data;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Features.Storage;
using Graft.Imaging;

namespace Graft.Features;

/// <summary>
/// Reads the facts of images from the store, and measures those that are missing. Each content is decoded once.
/// </summary>
/// <param name="table">The table of facts.</param>
/// <param name="preprocessing">The preprocessing that images are decoded for; the same as the table's.</param>
/// <param name="limits">Limits on the size of images.</param>
/// <param name="threads">The number of threads that decode.</param>
public sealed class ImageFactReader(ImageFactTable table, Preprocessing preprocessing, ImageLimits limits, int threads)
{
    private const int BatchSize = 64;

    private readonly ImageLoader _loader = new(preprocessing, limits);

    /// <summary>Returns the facts of images.</summary>
    /// <param name="images">The images, with their hashes.</param>
    /// <param name="progress">Receives how many images have been decoded.</param>
    /// <param name="cancellationToken">Cancels the work; facts that were measured before are kept.</param>
    /// <returns>
    /// For each image, its facts; null with the reason for an image that is bad, that has no hash, or whose file
    /// changed.
    /// </returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IReadOnlyList<(ImageFacts? Facts, string? Reason)> Read(
        IReadOnlyList<ImageSample> images,
        IProgress<FeatureProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        var known = new Dictionary<ContentHash, (ImageFacts? Facts, string? Reason)>();
        var unknown = new List<ImageSample>();
        foreach (var image in images)
        {
            if (image.Hash is not { } hash || known.ContainsKey(hash))
                continue;
            var facts = table.TryRead(hash);
            known.Add(hash, (facts, null));
            if (facts is null)
                unknown.Add(image);
        }

        var done = 0;
        foreach (var batch in unknown.Chunk(BatchSize))
        {
            var measured = new (ImageFacts? Facts, string? Reason)[batch.Length];
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = threads,
                CancellationToken = cancellationToken,
            };
            Parallel.For(0, batch.Length, options, i => measured[i] = Measure(batch[i]));
            for (var i = 0; i < batch.Length; i++)
                known[batch[i].Hash!.Value] = measured[i];
            Keep([
                .. batch
                    .Zip(measured)
                    .Where(pair => pair.Second.Facts is not null)
                    .Select(pair => (pair.First.Hash!.Value, pair.Second.Facts!)),
            ]);
            progress?.Report(new(FeaturePhase.Scan, done += batch.Length, unknown.Count, 0, 0));
        }

        return [.. images.Select(image => image.Hash is { } hash ? known[hash] : (null, "The file cannot be read."))];
    }

    private (ImageFacts? Facts, string? Reason) Measure(ImageSample image)
    {
        try
        {
            var content = image.Read(limits);
            if (ContentHash.Compute(content) != image.Hash)
                return (null, "changed while it was read");
            using var decoded = image.Decode(content, _loader);
            return (ImageMeasurement.Compute(decoded.Info, decoded.Pixels, content.Length), null);
        }
        catch (ImageException error)
        {
            return (null, error.Reason);
        }
    }

    private void Keep(IReadOnlyList<(ContentHash Hash, ImageFacts Facts)> facts)
    {
        try
        {
            table.WriteBatch(facts);
        }
        catch (FeatureStoreException)
        {
            // The facts are in memory; the next run measures them again.
        }
    }
}
