using Graft.Data;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Tensors;

namespace Graft.Training.DataChecks;

/// <summary>
/// Finds images that are alike. Equal files have the same hash. The same image in another encoding or size, or flipped,
/// has a correlated signature, which the features confirm. Other shots of the same thing have similar features. Each
/// search compares all images with all others by a blocked matrix product.
/// </summary>
internal static class ImageComparison
{
    /// <summary>
    /// The smallest correlation of signatures of the same image, re-encoded or resized. Of two million pairs of
    /// different CIFAR-10 images none reaches it; the smallest correlation of 180 copies was 0.996.
    /// </summary>
    private const float SameSignature = 0.99f;

    /// <summary>
    /// The smallest cosine of features of the same image. It is low, because re-encoding changes a small image a lot.
    /// </summary>
    private const double SameFeatures = 0.5;

    /// <summary>
    /// The smallest correlation of signatures of a copy that was darkened, slightly cropped or written over. The
    /// features must confirm it.
    /// </summary>
    private const float NearSignature = 0.97f;

    /// <summary>The smallest cosine of features that confirms such a copy.</summary>
    private const double NearFeatures = 0.8;

    /// <summary>The smallest cosine of features of two shots of the same thing.</summary>
    private const float SimilarFeatures = 0.97f;

    /// <summary>Compares images.</summary>
    /// <param name="images">The images; those that can be read have a hash.</param>
    /// <param name="facts">The facts of each image; null for an image that cannot be decoded.</param>
    /// <param name="features">
    /// Features, <c>[images, channels]</c>, with any values for bad images; null to compare signatures only.
    /// </param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>
    /// The pairs, ordered by index. Copies of a file are paired with the first of them only; all other pairs are
    /// between first copies. Of more than about thirty images that are all alike, not every pair is listed, but all
    /// images are connected.
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
            // Files that are not images are not compared.
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
            AddSameImages(facts, contents, directions, pairs, workers, cancellationToken);
            if (directions is not null)
                AddSimilar(facts, contents, directions, pairs, workers, cancellationToken);
        }

        return [.. pairs.Values.OrderBy(pair => pair.First).ThenBy(pair => pair.Second)];
    }

    private static void AddSameImages(
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
        using var flipped = Signatures(facts, contents, signature => signature.Flipped());
        // A symmetric image equals its flipped image. The plain pair is found first and kept unless the flipped pair
        // has a higher correlation.
        var found = new Dictionary<(int, int), (float Correlation, bool IsFlipped)>();
        foreach (var pair in SimilarRows.Find(plain, plain, threshold, workers, cancellationToken))
            found.Add((pair.First, pair.Second), (pair.Product, false));
        foreach (var pair in SimilarRows.Find(plain, flipped, threshold, workers, cancellationToken))
        {
            if (!found.TryGetValue((pair.First, pair.Second), out var other) || other.Correlation < pair.Product)
                found[(pair.First, pair.Second)] = (pair.Product, true);
        }

        foreach (var ((first, second), (correlation, isFlipped)) in found)
        {
            var cosine = directions is null ? correlation : Product(directions, first, second);
            if (directions is not null && cosine < (correlation >= SameSignature ? SameFeatures : NearFeatures))
                continue;
            var (one, other) = (facts[contents[first]]!, facts[contents[second]]!);
            var kind =
                isFlipped ? PairKind.Mirrored
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
            // Blank images are all alike, but do not show the same thing.
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

    /// <summary>The features of each distinct file, scaled to unit length.</summary>
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
