using System.Runtime.InteropServices;
using Graft.Tensors;

namespace Graft.Classification.Confidence;

/// <summary>
/// Tells pictures of other things from those of the classes by how far they are from the training pictures: the
/// distance to the fifth nearest, judged by the same distance of pictures that were held out. Y. Sun and others,
/// "Out-of-distribution detection with deep nearest neighbors" (2022). There are fewer pictures than dimensions, and
/// distances need no model of them. Immutable, thread-safe.
/// </summary>
public sealed record UnknownDetector
{
    /// <summary>
    /// More training pictures than this are not kept: they make the model file large and the answer no better.
    /// </summary>
    public const int MostPictures = 2000;

    private const int StandardNeighbours = 5;

    /// <summary>Which neighbour counts, from 1.</summary>
    public required int Neighbours { get; init; }

    /// <summary>The sketches of training pictures, one after the other.</summary>
    public required byte[] Sketches { get; init; }

    /// <summary>The scores of held-out pictures.</summary>
    public required ScoreQuantiles Scores { get; init; }

    /// <summary>Whether the numbers can be those of a file that was not altered.</summary>
    public bool IsValid =>
        Sketches is { Length: > 0 }
        && Sketches.Length % RandomProjection.Length == 0
        && Neighbours >= 1
        && Neighbours <= Count
        && Scores is { IsValid: true };

    private int Count => Sketches.Length / RandomProjection.Length;

    /// <summary>
    /// Makes a detector of training pictures whose features they had no part in making: each is held out from the
    /// others in turn.
    /// </summary>
    /// <param name="sketches">The pictures.</param>
    /// <param name="groups">What copies of a picture share; a picture is not judged by its copies.</param>
    /// <param name="seed">Decides which pictures are kept where there are too many.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <returns>Null where there are too few pictures.</returns>
    public static UnknownDetector? FromAll(
        sbyte[][] sketches,
        IReadOnlyList<string> groups,
        ulong seed,
        WorkerPool workers
    )
    {
        var kept = Choose(sketches.Length, seed);
        if (kept.Select(i => groups[i]).Distinct(StringComparer.Ordinal).Count() <= StandardNeighbours)
            return null;
        var bank = Array.ConvertAll(kept, i => sketches[i]);
        var scores = new double[kept.Length];
        workers.Run(kept.Length, (i, _) =>
            scores[i] = Score(bank, bank[i], StandardNeighbours, other => groups[kept[other]] != groups[kept[i]])
        );
        return Make(bank, scores.Where(double.IsFinite));
    }

    /// <summary>Makes a detector of pictures that a trunk has learned from, and others that it has not.</summary>
    /// <param name="learned">The pictures that new ones are compared with.</param>
    /// <param name="heldOut">The pictures whose distances to those are the measure.</param>
    /// <param name="seed">Decides which pictures are kept where there are too many.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <returns>Null where there are too few pictures.</returns>
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

    /// <summary>
    /// The same with other training pictures to compare with, those of a trunk that was trained alike.
    /// </summary>
    /// <param name="learned">The pictures.</param>
    /// <param name="seed">Decides which pictures are kept where there are too many.</param>
    public UnknownDetector Among(sbyte[][] learned, ulong seed) =>
        this with
        {
            Sketches = BytesOf(Array.ConvertAll(Choose(learned.Length, seed), i => learned[i])),
        };

    /// <summary>
    /// How familiar a picture is: the share of pictures of the classes that are at least as far from the training
    /// pictures. At most the part x of them has a familiarity of x or less.
    /// </summary>
    /// <param name="sketch">The picture.</param>
    /// <returns>Above 0, at most 1.</returns>
    public double Familiarity(ReadOnlySpan<sbyte> sketch)
    {
        var nearest = new double[Neighbours];
        Array.Fill(nearest, double.PositiveInfinity);
        var bank = MemoryMarshal.Cast<byte, sbyte>(Sketches);
        for (var i = 0; i < Count; i++)
            Insert(
                nearest,
                RandomProjection.Distance(bank.Slice(i * RandomProjection.Length, RandomProjection.Length), sketch)
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
        [.. bank.SelectMany(sketch => sketch).Select(value => (byte)value)];

    private static int[] Choose(int count, ulong seed)
    {
        List<int> all = [.. Enumerable.Range(0, count)];
        if (count <= MostPictures)
            return [.. all];
        new DeterministicRandom(seed).Shuffle(all);
        return [.. all.Take(MostPictures).Order()];
    }

    private static double Score(sbyte[][] bank, sbyte[] sketch, int neighbours, Func<int, bool> counts)
    {
        var nearest = new double[neighbours];
        Array.Fill(nearest, double.PositiveInfinity);
        for (var other = 0; other < bank.Length; other++)
        {
            if (counts(other))
                Insert(nearest, RandomProjection.Distance(bank[other], sketch));
        }

        return nearest[^1];
    }

    /// <summary>Puts a distance to its place among the smallest.</summary>
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
