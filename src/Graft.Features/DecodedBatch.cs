using System.Diagnostics;
using Graft.Data.Hashing;
using Graft.Imaging;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>Some pictures decoded to pixels for the network; the bad ones are left out.</summary>
internal sealed class DecodedBatch : IDisposable
{
    private DecodedBatch(
        IReadOnlyList<PictureState> pictures,
        IReadOnlyList<PictureState> good,
        Tensor? pixels,
        long decodeTicks
    )
    {
        DecodeSeconds = (double)decodeTicks / Stopwatch.Frequency;
        Pictures = pictures;
        Good = good;
        Pixels = pixels;
    }

    /// <summary>All pictures of the batch.</summary>
    public IReadOnlyList<PictureState> Pictures { get; }

    /// <summary>Those that could be decoded, in order.</summary>
    public IReadOnlyList<PictureState> Good { get; }

    /// <summary><c>[good, height, width, 3]</c>, RGB of 0 to 255; null when there are none.</summary>
    public Tensor? Pixels { get; }

    /// <summary>Seconds that decoding took, summed over the threads.</summary>
    public double DecodeSeconds { get; }

    /// <summary>Decodes pictures on several threads.</summary>
    /// <param name="pictures">The pictures; those that are bad get a reason.</param>
    /// <param name="loader">What decodes.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static DecodedBatch Decode(
        IReadOnlyList<PictureState> pictures,
        ViewLoader loader,
        int threads,
        CancellationToken cancellationToken
    )
    {
        var preprocessing = loader.Preprocessing;
        var pixels = Tensor.Uninitialized(new Shape(pictures.Count, preprocessing.Height, preprocessing.Width, 3));
        try
        {
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = threads,
                CancellationToken = cancellationToken,
            };
            var ticks = 0L;
            Parallel.For(0, pictures.Count, options, i =>
            {
                var start = Stopwatch.GetTimestamp();
                Decode(pictures[i], loader, pixels.Rows(i));
                Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
            });
            var good = pictures.Where(picture => picture.Reason is null).ToArray();
            if (good.Length == pictures.Count)
                return new DecodedBatch(pictures, good, pixels, ticks);
            using (pixels)
                return new DecodedBatch(
                    pictures,
                    good,
                    good.Length == 0 ? null : Compact(pictures, pixels, good.Length),
                    ticks
                );
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    public void Dispose() => Pixels?.Dispose();

    private static void Decode(PictureState picture, ViewLoader loader, Span<float> pixels)
    {
        byte[] content;
        try
        {
            content = picture.Content.Read(loader.Limits);
        }
        catch (ImageException error)
        {
            picture.Reason = error.Reason;
            return;
        }

        // What is stored must belong to the bytes that are decoded, not to those that were looked up.
        if (ContentHash.Compute(content) != picture.Hash)
        {
            picture.Reason = "changed while it was read";
            return;
        }

        try
        {
            loader.Load(picture, content, pixels);
        }
        catch (ImageException error)
        {
            picture.Reason = error.Reason;
            picture.ReasonIsInContent = true;
        }
    }

    private static Tensor Compact(IReadOnlyList<PictureState> pictures, Tensor pixels, int count)
    {
        var compact = Tensor.Uninitialized(pixels.Shape.WithBatch(count));
        var next = 0;
        for (var i = 0; i < pictures.Count; i++)
        {
            if (pictures[i].Reason is null)
                pixels.Rows(i).CopyTo(compact.Rows(next++));
        }

        return compact;
    }
}
