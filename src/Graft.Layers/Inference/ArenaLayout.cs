namespace Graft.Layers.Inference;

/// <summary>
/// Places the values of a plan in one block of memory, so that values that are alive at the same time never overlap. A
/// pure function of sizes and lifetimes. The largest value comes first; each is placed at the lowest address that is
/// free during its lifetime.
/// </summary>
internal sealed class ArenaLayout
{
    /// <summary>Values start at multiples of this number of floats: a cache line.</summary>
    private const long Granularity = 16;

    private ArenaLayout(IReadOnlyDictionary<int, ValuePlace> places, long size)
    {
        Places = places;
        Size = size;
    }

    /// <summary>The place of each value.</summary>
    public IReadOnlyDictionary<int, ValuePlace> Places { get; }

    /// <summary>The number of elements in the whole block.</summary>
    public long Size { get; }

    /// <summary>Lays out values.</summary>
    /// <param name="lives">For each value its size, and the first and last step during which it must be kept.</param>
    public static ArenaLayout Compute(IEnumerable<ValueLife> lives)
    {
        var placed = new List<(ValueLife Life, long Start)>();
        foreach (var life in lives.OrderByDescending(life => life.Elements).ThenBy(life => life.Value))
        {
            var start = 0L;
            foreach (var (other, at) in placed.Where(entry => entry.Life.Overlaps(life)).OrderBy(entry => entry.Start))
            {
                if (start + life.Elements <= at)
                    break;
                start = Math.Max(start, RoundUp(at + other.Elements));
            }

            placed.Add((life, start));
        }

        return new ArenaLayout(
            placed.ToDictionary(entry => entry.Life.Value, entry => new ValuePlace(entry.Start, entry.Life.IsWhole)),
            placed.Select(entry => entry.Start + entry.Life.Elements).DefaultIfEmpty(0).Max()
        );
    }

    private static long RoundUp(long value) => (value + Granularity - 1) / Granularity * Granularity;
}

/// <summary>The lifetime of a value.</summary>
/// <param name="Value">The value's index.</param>
/// <param name="Elements">The number of floats.</param>
/// <param name="First">The step that writes it.</param>
/// <param name="Last">The last step that reads it.</param>
/// <param name="IsWhole">Whether it has room for a whole batch, not just for a part of one.</param>
internal readonly record struct ValueLife(int Value, long Elements, int First, int Last, bool IsWhole = true)
{
    public bool Overlaps(ValueLife other) => First <= other.Last && other.First <= Last;
}

/// <summary>The place of a value.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="IsWhole">Whether it has room for a whole batch.</param>
internal readonly record struct ValuePlace(long Start, bool IsWhole);
