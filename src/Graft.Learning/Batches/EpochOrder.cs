using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>Puts the examples of an epoch in order.</summary>
internal static class EpochOrder
{
    /// <summary>Returns the indices of an epoch's examples in order. A pure function of its arguments.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="labels">The class of each example.</param>
    /// <param name="sampling">How examples are chosen.</param>
    /// <returns>As many examples as there are labels.</returns>
    public static int[] Compute(ulong seed, int epoch, IReadOnlyList<int> labels, Sampling sampling)
    {
        // Each epoch has its own random numbers, so they do not depend on how many were drawn before.
        var random = new DeterministicRandom(seed + ((ulong)epoch << 32));
        var order = sampling == Sampling.Balanced ? Balanced(labels, random) : [.. Enumerable.Range(0, labels.Count)];
        if (sampling != Sampling.InOrder)
            random.Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>For each position in an epoch, how many times its example occurred before.</summary>
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
        // If the division has a remainder, some classes get one example more; which ones varies from epoch to epoch.
        random.Shuffle(classes.AsSpan());
        var order = new int[labels.Count];
        var at = 0;
        for (var i = 0; i < classes.Length; i++)
        {
            var members = classes[i];
            var wanted = (labels.Count / classes.Length) + (i < labels.Count % classes.Length ? 1 : 0);
            for (var drawn = 0; drawn < wanted; drawn++)
            {
                // Every example of the class occurs once before any occurs again.
                if (drawn % members.Length == 0)
                    random.Shuffle(members.AsSpan());
                order[at++] = members[drawn % members.Length];
            }
        }

        return order;
    }
}
