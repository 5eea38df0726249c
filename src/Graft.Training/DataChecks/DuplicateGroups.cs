namespace Graft.Training.DataChecks;

/// <summary>Puts what is connected by pairs into groups (disjoint sets).</summary>
internal static class DuplicateGroups
{
    /// <summary>
    /// For each photo the first photo that it is connected with; itself where it is with none before it.
    /// </summary>
    /// <param name="count">How many photos.</param>
    /// <param name="pairs">What connects them.</param>
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
