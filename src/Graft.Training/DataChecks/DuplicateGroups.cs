namespace Graft.Training.DataChecks;

/// <summary>Groups images that are connected by pairs (disjoint sets).</summary>
internal static class DuplicateGroups
{
    /// <summary>
    /// The index of the first image in the group of each image; its own index if it comes first or has no pair.
    /// </summary>
    /// <param name="count">The number of images.</param>
    /// <param name="pairs">The pairs that connect images.</param>
    public static int[] Compute(int count, IEnumerable<ImagePair> pairs)
    {
        var parents = new int[count];
        for (var i = 0; i < count; i++)
            parents[i] = i;
        foreach (var pair in pairs)
        {
            var (one, other) = (Root(pair.First), Root(pair.Second));
            parents[Math.Max(one, other)] = Math.Min(one, other);
        }

        for (var i = 0; i < count; i++)
            parents[i] = Root(i);
        return parents;

        int Root(int photo)
        {
            while (parents[photo] != photo)
                photo = parents[photo] = parents[parents[photo]];
            return photo;
        }
    }
}
