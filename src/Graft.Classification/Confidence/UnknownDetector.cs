using System.Runtime.InteropServices;
using Graft.Tensors;

namespace Graft.Classification.Confidence;

/// <summary>
/// Detects images of unknown classes by the distance to the fifth nearest training image, compared with the same
/// distances of held-out images. Y. Sun and others, "Out-of-distribution detection with deep nearest neighbors" (2022).
/// Immutable, thread-safe.
/// </summary>
public sealed record UnknownDetector
{
    /// <summary>
    /// The maximum number of stored training images. More would enlarge the model file without improving detection.
    /// </summary>
    public const int MostPictures = 2000;

    private const int StandardNeighbours = 5;

    /// <summary>The rank of the neighbour whose distance is the score, from 1.</summary>
    public required int Neighbours { get; init; }

    /// <summary>The random projections of the training images, concatenated.</summary>
    public required byte[] Sketches { get; init; }

    /// <summary>The scores of held-out images.</summary>
    public required ScoreQuantiles Scores { get; init; }

    /// <summary>Whether all values are within their valid ranges.</summary>
    public bool IsValid =>
        Sketches is { Length: > 0 }
        && Sketches.Length % RandomProjection.Length == 0
        && Neighbours >= 1
        && Neighbours <= Count
        && Scores is { IsValid: true };

    private int Count => Sketches.Length / RandomProjection.Length;

    /// <summary>
    /// Creates a detector from training images of a frozen trunk. Each image is scored against the others
    /// (leave-one-out).
    /// </summary>
    /// <param name="projections">The projections of the images.</param>
    /// <param name="groups">
    /// The group of each image. Copies of an image share a group and are not compared with each other.
    /// </param>
    /// <param name="seed">The seed for choosing images if there are too many.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>The detector; null if there are too few images.</returns>
    public static UnknownDetector? FromAll(
        sbyte[][] projections,
        IReadOnlyList<string> groups,
        ulong seed,
        WorkerPool workers
    )
    {
        var kept = Choose(projections.Length, seed);
        if (kept.Select(i => groups[i]).Distinct(StringComparer.Ordinal).Count() <= StandardNeighbours)
            return null;
        var bank = Array.ConvertAll(kept, i => projections[i]);
        var scores = new double[kept.Length];
        workers.Run(kept.Length, (i, _) =>
            scores[i] = Score(bank, bank[i], StandardNeighbours, other => groups[kept[other]] != groups[kept[i]])
        );
        return Make(bank, scores.Where(double.IsFinite));
    }

    /// <summary>
    /// Creates a detector from images that the trunk was trained on, and a calibration split that it was not trained
    /// on.
    /// </summary>
    /// <param name="learned">The projections of the training images.</param>
    /// <param name="heldOut">The projections of the calibration split.</param>
    /// <param name="seed">The seed for choosing images if there are too many.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>The detector; null if there are too few images.</returns>
    public static UnknownDetector? FromCalibrationSplit(
        sbyte[][] learned,
        sbyte[][] heldOut,
        ulong seed,
        WorkerPool workers
    )
    {
        if (learned.Length < StandardNeighbours || heldOut.Length == 0)
            return null;
        var bank = Array.ConvertAll(Choose(learned.Length, seed), i => learned[i]);
        var scores = new double[heldOut.Length];
        workers.Run(heldOut.Length, (i, _) => scores[i] = Score(bank, heldOut[i], StandardNeighbours, _ => true));
        return Make(bank, scores);
    }

    /// <summary>Returns this detector with other training images, those of a trunk trained in the same way.</summary>
    /// <param name="learned">The projections of the images.</param>
    /// <param name="seed">The seed for choosing images if there are too many.</param>
    public UnknownDetector Among(sbyte[][] learned, ulong seed) =>
        this with
        {
            Sketches = BytesOf(Array.ConvertAll(Choose(learned.Length, seed), i => learned[i])),
        };

    /// <summary>
    /// Computes the familiarity of an image: the share of images of the known classes that are at least as far from the
    /// training images. For such images it is at most x with probability at most x.
    /// </summary>
    /// <param name="projection">The projection of the image.</param>
    /// <returns>Above 0, at most 1.</returns>
    public double Familiarity(ReadOnlySpan<sbyte> projection)
    {
        var nearest = new double[Neighbours];
        Array.Fill(nearest, double.PositiveInfinity);
        var bank = MemoryMarshal.Cast<byte, sbyte>(Sketches);
        for (var i = 0; i < Count; i++)
            Insert(
                nearest,
                RandomProjection.Distance(bank.Slice(i * RandomProjection.Length, RandomProjection.Length), projection)
            );
        return Scores.ShareAtLeast(nearest[^1]);
    }

    private static UnknownDetector Make(sbyte[][] bank, IEnumerable<double> scores) =>
        new()
        {
            Neighbours = StandardNeighbours,
            Sketches = BytesOf(bank),
            Scores = ScoreQuantiles.Compute(scores),
        };

    private static byte[] BytesOf(sbyte[][] bank) =>
        [.. bank.SelectMany(projection => projection).Select(value => (byte)value)];

    private static int[] Choose(int count, ulong seed)
    {
        List<int> all = [.. Enumerable.Range(0, count)];
        if (count <= MostPictures)
            return [.. all];
        new DeterministicRandom(seed).Shuffle(all);
        return [.. all.Take(MostPictures).Order()];
    }

    private static double Score(sbyte[][] bank, sbyte[] projection, int neighbours, Func<int, bool> counts)
    {
        var nearest = new double[neighbours];
        Array.Fill(nearest, double.PositiveInfinity);
        for (var other = 0; other < bank.Length; other++)
        {
            if (counts(other))
                Insert(nearest, RandomProjection.Distance(bank[other], projection));
        }

        return nearest[^1];
    }

    /// <summary>Inserts a distance into the ascending list of the smallest ones.</summary>
    private static void Insert(double[] nearest, double distance)
    {
        var place = nearest.Length - 1;
        if (distance >= nearest[place])
            return;
        for (; place > 0 && nearest[place - 1] > distance; place--)
            nearest[place] = nearest[place - 1];
        nearest[place] = distance;
    }
}
