using System.Diagnostics;
using Graft.Data;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Imaging;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>Images decoded to pixels for the network, without the bad ones. Owns the pixels.</summary>
internal sealed class DecodedBatch : IDisposable
{
    private DecodedBatch(
        IReadOnlyList<ImageSample> samples,
        Rejection?[] rejections,
        ImageFacts?[] facts,
        int[] good,
        Tensor? pixels,
        long decodeTicks
    )
    {
        Samples = samples;
        Rejections = rejections;
        Facts = facts;
        Good = good;
        Pixels = pixels;
        DecodeSeconds = (double)decodeTicks / Stopwatch.Frequency;
    }

    /// <summary>All images of the batch.</summary>
    public IReadOnlyList<ImageSample> Samples { get; }

    /// <summary>For each image, why it is bad; null if it is good.</summary>
    public IReadOnlyList<Rejection?> Rejections { get; }

    /// <summary>For each image, its facts; null if they were not measured.</summary>
    public IReadOnlyList<ImageFacts?> Facts { get; }

    /// <summary>The indices of the images that could be decoded, ascending.</summary>
    public IReadOnlyList<int> Good { get; }

    /// <summary><c>[good, height, width, 3]</c>, RGB of 0 to 255; null when there are none.</summary>
    public Tensor? Pixels { get; }

    /// <summary>Seconds spent decoding, summed over the threads.</summary>
    public double DecodeSeconds { get; }

    /// <summary>Decodes images on several threads.</summary>
    /// <param name="samples">The images, with their hashes.</param>
    /// <param name="loader">The decoder.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static DecodedBatch Decode(
        IReadOnlyList<ImageSample> samples,
        ViewLoader loader,
        int threads,
        CancellationToken cancellationToken
    )
    {
        var preprocessing = loader.Preprocessing;
        var pixels = Tensor.Uninitialized(new Shape(samples.Count, preprocessing.Height, preprocessing.Width, 3));
        try
        {
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = threads,
                CancellationToken = cancellationToken,
            };
            var ticks = 0L;
            var rejections = new Rejection?[samples.Count];
            var facts = new ImageFacts?[samples.Count];
            Parallel.For(0, samples.Count, options, i =>
            {
                var start = Stopwatch.GetTimestamp();
                rejections[i] = Decode(samples[i], loader, pixels.Rows(i), out facts[i]);
                Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
            });
            int[] good = [.. Enumerable.Range(0, samples.Count).Where(i => rejections[i] is null)];
            if (good.Length == samples.Count)
                return new DecodedBatch(samples, rejections, facts, good, pixels, ticks);
            using (pixels)
                return new DecodedBatch(samples, rejections, facts, good, Compact(pixels, good), ticks);
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    /// <summary>Frees the pixels.</summary>
    public void Dispose() => Pixels?.Dispose();

    /// <summary>Decodes one image.</summary>
    /// <returns>Why the image is bad; null if it is good.</returns>
    private static Rejection? Decode(ImageSample sample, ViewLoader loader, Span<float> pixels, out ImageFacts? facts)
    {
        facts = null;
        byte[] content;
        try
        {
            content = sample.Read(loader.Limits);
        }
        catch (ImageException error)
        {
            return new(error.Reason, IsInContent: false);
        }

        // What is stored must belong to the bytes that are decoded. The file may have changed since it was hashed.
        if (ContentHash.Compute(content) != sample.Hash)
            return new("changed while it was read", IsInContent: false);
        try
        {
            facts = loader.Load(sample, content, pixels);
            return null;
        }
        catch (ImageException error)
        {
            return new(error.Reason, IsInContent: true);
        }
    }

    private static Tensor? Compact(Tensor pixels, int[] good)
    {
        if (good.Length == 0)
            return null;
        var compact = Tensor.Uninitialized(pixels.Shape.WithBatch(good.Length));
        for (var i = 0; i < good.Length; i++)
            pixels.Rows(good[i]).CopyTo(compact.Rows(i));
        return compact;
    }
}
