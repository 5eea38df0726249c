namespace Graft.Data;

/// <summary>The progress of an <see cref="ImageHasher"/>.</summary>
/// <param name="Done">Images done, unreadable ones included.</param>
/// <param name="Total">All images.</param>
/// <param name="Bytes">Bytes read so far.</param>
public readonly record struct HashProgress(int Done, int Total, long Bytes);

/// <summary>
/// Hashes the contents of images on several threads. A file is always read: its name, size and date say nothing
/// certain about its content. Immutable and thread-safe.
/// </summary>
/// <param name="threads">The number of threads; one per processor when 0.</param>
public sealed class ImageHasher(int threads = 0)
{
    private const int BufferSize = 1 << 18;

    private readonly int _threads = threads switch
    {
        < 0 => throw new ArgumentOutOfRangeException(
            nameof(threads),
            threads,
            "The number of threads must be 1 or more, or 0 for one per processor."
        ),
        0 => Environment.ProcessorCount,
        _ => threads,
    };

    /// <summary>Hashes the images whose hash is not known yet.</summary>
    /// <param name="images">The images.</param>
    /// <param name="progress">Receives a report for every image, from several threads, one at a time.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>
    /// The same images in the same order, with their hashes. An image that cannot be read has none;
    /// <see cref="ImageSample.Read"/> says why.
    /// </returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IReadOnlyList<ImageSample> HashAll(
        IReadOnlyList<ImageSample> images,
        IProgress<HashProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        var hashed = new ImageSample[images.Count];
        var reporting = new Lock();
        var done = 0;
        var bytes = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken };
        Parallel.For(
            0,
            images.Count,
            options,
            () => new byte[BufferSize],
            (i, _, buffer) =>
            {
                var image = images[i];
                var length = 0L;
                hashed[i] = image.Hash is null
                    ? image with
                    {
                        Hash = image.ComputeHash(buffer, cancellationToken, out length),
                    }
                    : image;
                lock (reporting)
                {
                    done++;
                    bytes += length;
                    progress?.Report(new(done, images.Count, bytes));
                }

                return buffer;
            },
            _ => { }
        );
        return hashed;
    }
}
