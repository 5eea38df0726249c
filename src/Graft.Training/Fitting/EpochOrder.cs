namespace Graft.Training.Fitting;

/// <summary>In which order the examples of an epoch come: pure functions of seed and epoch.</summary>
public static class EpochOrder
{
    private const ulong Shuffling = 1;
    private const ulong Balancing = 2;

    /// <summary>Every example once, in a random order.</summary>
    /// <param name="count">How many examples.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="epoch">The epoch; each has an order of its own.</param>
    /// <returns>The examples' indices.</returns>
    public static int[] Shuffled(int count, ulong seed, int epoch)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        KeyedRandom.Create(seed, Shuffling, (ulong)epoch).Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>
    /// As many examples as there are, but as many of each class as of any other (within one): of a class with more some are left out, of one
    /// with fewer some come again, none twice more often than another of its class.
    /// </summary>
    /// <param name="labels">The class of each example, from 0.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="epoch">The epoch; each has a choice and an order of its own.</param>
    /// <returns>The examples' indices.</returns>
    public static int[] Balanced(IReadOnlyList<int> labels, ulong seed, int epoch)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var random = KeyedRandom.Create(seed, Balancing, (ulong)epoch);
        var decks = labels.Index().GroupBy(entry => entry.Item, entry => entry.Index).OrderBy(deck => deck.Key).Select(deck => deck.ToList()).ToArray();

        // Where the classes do not divide the examples evenly, another class gets one more each epoch.
        random.Shuffle(decks.AsSpan());
        var order = new List<int>(labels.Count);
        for (var place = 0; place < decks.Length; place++)
        {
            var left = (labels.Count / decks.Length) + (place < labels.Count % decks.Length ? 1 : 0);
            while (left > 0)
            {
                random.Shuffle(decks[place]);
                var taken = Math.Min(left, decks[place].Count);
                order.AddRange(decks[place].Take(taken));
                left -= taken;
            }
        }

        random.Shuffle(order);
        return [.. order];
    }
}
