using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>Finds images in different splits that are alike.</summary>
internal static class Leaks
{
    /// <summary>Lists the leaks.</summary>
    /// <param name="images">The images.</param>
    /// <param name="splits">The split of each image.</param>
    /// <param name="pairs">The images that are alike; copies of a file are paired with the first of them only.</param>
    public static IReadOnlyList<Leak> From(
        IReadOnlyList<ImageSample> images,
        IReadOnlyList<string> splits,
        IReadOnlyList<ImagePair> pairs
    )
    {
        return [.. Pairs(splits, pairs).Select(Describe)];

        Leak Describe(ImagePair pair)
        {
            return new(
                In(SplitNames.Training),
                In(SplitNames.Validation),
                In(SplitNames.Test),
                pair.Kind,
                pair.Distance
            );

            string? In(string split) =>
                splits[pair.First] == split ? images[pair.First].Name
                : splits[pair.Second] == split ? images[pair.Second].Name
                : null;
        }
    }

    /// <summary>The pairs of images in different splits, with all copies of both files taken into account.</summary>
    /// <param name="splits">The split of each image.</param>
    /// <param name="pairs">The images that are alike; copies of a file are paired with the first of them only.</param>
    public static IEnumerable<ImagePair> Pairs(IReadOnlyList<string> splits, IReadOnlyList<ImagePair> pairs)
    {
        var copies = pairs.Where(pair => pair.Kind == PairKind.Exact).ToLookup(pair => pair.First, pair => pair.Second);
        // Copies of one file: each copy is paired with the first copy in every other split.
        foreach (var group in copies)
        {
            int[] members = [group.Key, .. group];
            foreach (var pair in Across(members, members, PairKind.Exact, 0))
                yield return pair;
        }

        foreach (var pair in pairs.Where(pair => pair.Kind != PairKind.Exact))
        {
            foreach (
                var leak in Across(
                    [pair.First, .. copies[pair.First]],
                    [pair.Second, .. copies[pair.Second]],
                    pair.Kind,
                    pair.Distance
                )
            )
                yield return leak;
        }

        // Pairs each image of the second list with the first image of every other split in the first list.
        IEnumerable<ImagePair> Across(int[] one, int[] other, PairKind kind, double distance)
        {
            var seen = new HashSet<(int, int)>();
            foreach (var second in other)
            {
                foreach (
                    var split in one.Select(first => splits[first]).Distinct().Where(split => split != splits[second])
                )
                {
                    var first = one.First(photo => splits[photo] == split);
                    if (seen.Add((Math.Min(first, second), Math.Max(first, second))))
                        yield return new(Math.Min(first, second), Math.Max(first, second), kind, distance);
                }
            }
        }
    }
}
