using Graft.Data;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Tensors;

namespace Graft.Training.DataChecks;

/// <summary>
/// Finds photos that are alike: equal bytes by their hash, the same image by correlation of signatures (plain and
/// mirrored) that the features confirm, other shots by features alone. Each search is one blocked matrix product of all
/// with all.
/// </summary>
internal static class ImageComparison
{
    /// <summary>
    /// Signatures of the same image, encoded anew or resized, correlate so. Of two million pairs of different photos
    /// of CIFAR-10 none does; the least of 180 copies of them had 0.996.
    /// </summary>
    private const float SameSignature = 0.99f;

    /// <summary>
    /// Features of the same image have at least this cosine; a photo of few pixels loses much by being encoded anew.
    /// </summary>
    private const double SameFeatures = 0.5;

    /// <summary>
    /// A copy that was made darker, cut a little or written over still correlates so, if its features confirm it.
    /// </summary>
    private const float NearSignature = 0.97f;

    /// <summary>What features must confirm then.</summary>
    private const double NearFeatures = 0.8;

    /// <summary>Features of two shots of the same thing have at least this cosine.</summary>
    private const float SimilarFeatures = 0.97f;

    /// <summary>Compares photos.</summary>
    /// <param name="images">The images, with their hashes where they can be read.</param>
    /// <param name="facts">The facts of each image; null where it cannot be decoded.</param>
    /// <param name="features">
    /// <c>[images, channels]</c>, arbitrary where an image is bad; null where there are none.
    /// </param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>
    /// The pairs, ordered by places. Copies of a file are paired with the first of them; other pairs are between first
    /// copies. Of more than some thirty photos that are all alike not every pair is listed, but all are connected.
    /// </returns>
    public static IReadOnlyList<ImagePair> Compare(
        IReadOnlyList<ImageSample> images,
        IReadOnlyList<ImageFacts?> facts,
        Tensor? features,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        var pairs = new Dictionary<(int First, int Second), ImagePair>();
        var contents = new List<int>();
        var firstCopies = new Dictionary<ContentHash, int>();
        for (var i = 0; i < images.Count; i++)
        {
            // Files that are no photos are alike in nothing that matters.
            if (images[i].Hash is not { } hash || facts[i] is null)
                continue;
            if (!firstCopies.TryAdd(hash, i))
                pairs.Add((firstCopies[hash], i), new(firstCopies[hash], i, PairKind.Exact, 0));
            else
                contents.Add(i);
        }

        if (contents.Count > 1)
        {
            using var directions = features is null ? null : Directions(features, contents);
            AddSamePictures(facts, contents, directions, pairs, workers, cancellationToken);
            if (directions is not null)
                AddSimilar(facts, contents, directions, pairs, workers, cancellationToken);
        }

        return [.. pairs.Values.OrderBy(pair => pair.First).ThenBy(pair => pair.Second)];
    }

    private static void AddSamePictures(
        IReadOnlyList<ImageFacts?> facts,
        List<int> contents,
        Tensor? directions,
        Dictionary<(int, int), ImagePair> pairs,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        var threshold = directions is null ? SameSignature : NearSignature;
        using var plain = Signatures(facts, contents, signature => signature);
        using var mirrored = Signatures(facts, contents, signature => signature.Flipped());
        // A symmetric image is its own flipped image; then the plain pair, which comes first, counts unless the
        // mirrored one is closer.
        var found = new Dictionary<(int, int), (float Correlation, bool IsMirrored)>();
        foreach (var pair in SimilarRows.Find(plain, plain, threshold, workers, cancellationToken))
            found.Add((pair.First, pair.Second), (pair.Product, false));
        foreach (var pair in SimilarRows.Find(plain, mirrored, threshold, workers, cancellationToken))
        {
            if (!found.TryGetValue((pair.First, pair.Second), out var other) || other.Correlation < pair.Product)
                found[(pair.First, pair.Second)] = (pair.Product, true);
        }

        foreach (var ((first, second), (correlation, isMirrored)) in found)
        {
            var cosine = directions is null ? correlation : Product(directions, first, second);
            if (directions is not null && cosine < (correlation >= SameSignature ? SameFeatures : NearFeatures))
                continue;
            var (one, other) = (facts[contents[first]]!, facts[contents[second]]!);
            var kind =
                isMirrored ? PairKind.Mirrored
                : one.Width == other.Width && one.Height == other.Height ? PairKind.Reencoded
                : PairKind.Resized;
            Add(pairs, contents[first], contents[second], kind, cosine);
        }
    }

    private static void AddSimilar(
        IReadOnlyList<ImageFacts?> facts,
        List<int> contents,
        Tensor directions,
        Dictionary<(int, int), ImagePair> pairs,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        foreach (var pair in SimilarRows.Find(directions, directions, SimilarFeatures, workers, cancellationToken))
        {
            // All photos that show nothing are alike, and no photo of anything.
            if (facts[contents[pair.First]]!.Signature.IsBlank || facts[contents[pair.Second]]!.Signature.IsBlank)
                continue;
            Add(pairs, contents[pair.First], contents[pair.Second], PairKind.Similar, pair.Product);
        }
    }

    private static void Add(
        Dictionary<(int, int), ImagePair> pairs,
        int first,
        int second,
        PairKind kind,
        double cosine
    ) => pairs.TryAdd((first, second), new(first, second, kind, Math.Max(0, 1 - cosine)));

    /// <summary>The features of each content, brought to length 1.</summary>
    private static Tensor Directions(Tensor features, List<int> contents)
    {
        var directions = Tensor.Uninitialized(new Shape(contents.Count, features.Shape[1]));
        for (var i = 0; i < contents.Count; i++)
        {
            var from = features.Rows(contents[i]);
            var to = directions.Rows(i);
            var squares = 0.0;
            foreach (var value in from)
                squares += (double)value * value;
            var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
            for (var k = 0; k < from.Length; k++)
                to[k] = (float)(from[k] * scale);
        }

        return directions;
    }

    private static Tensor Signatures(
        IReadOnlyList<ImageFacts?> facts,
        List<int> contents,
        Func<ImageSignature, ImageSignature> view
    )
    {
        var signatures = Tensor.Uninitialized(new Shape(contents.Count, ImageSignature.Length));
        for (var i = 0; i < contents.Count; i++)
            view(facts[contents[i]]!.Signature).Values.CopyTo(signatures.Rows(i));
        return signatures;
    }

    private static double Product(Tensor rows, int first, int second)
    {
        var one = rows.Rows(first);
        var other = rows.Rows(second);
        var sum = 0.0;
        for (var k = 0; k < one.Length; k++)
            sum += (double)one[k] * other[k];
        return sum;
    }
}
