using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>Puts the examples of an epoch in order.</summary>
internal static class EpochOrder
{
    /// <summary>The examples of an epoch. A pure function: the same for the same arguments.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="labels">The class of each example.</param>
    /// <param name="sampling">How examples are chosen.</param>
    /// <returns>As many examples as there are labels.</returns>
    public static int[] Compute(ulong seed, int epoch, IReadOnlyList<int> labels, Sampling sampling)
    {
        // Each epoch has numbers of its own, so that it does not matter how many were drawn before.
        var random = new DeterministicRandom(seed + ((ulong)epoch << 32));
        var order = sampling == Sampling.Balanced ? Balanced(labels, random) : [.. Enumerable.Range(0, labels.Count)];
        if (sampling != Sampling.InOrder)
            random.Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>For each place of an epoch how many times its example came before in it.</summary>
    public static int[] Occurrences(int[] order)
    {
        var seen = new int[order.Length];
        return [.. order.Select(example => seen[example]++)];
    }

    private static int[] Balanced(IReadOnlyList<int> labels, DeterministicRandom random)
    {
        var classes = Enumerable
            .Range(0, labels.Count)
            .GroupBy(example => labels[example])
            .OrderBy(group => group.Key)
            .Select(group => group.ToArray())
            .ToArray();
        // The classes that get one more, where it does not divide, change from epoch to epoch.
        random.Shuffle(classes.AsSpan());
        var order = new int[labels.Count];
        var at = 0;
        for (var i = 0; i < classes.Length; i++)
        {
            var members = classes[i];
            var wanted = (labels.Count / classes.Length) + (i < labels.Count % classes.Length ? 1 : 0);
            for (var drawn = 0; drawn < wanted; drawn++)
            {
                // All before any comes again.
                if (drawn % members.Length == 0)
                    random.Shuffle(members.AsSpan());
                order[at++] = members[drawn % members.Length];
            }
        }

        return order;
    }
}
