using Graft.Data.Hashing;
using Graft.Features.Storage;
using Graft.Tensors;

namespace Graft.Features.Tests;

/// <summary>Features that follow from a number alone, so that every process knows what must be in the store.</summary>
internal static class SampleFeatures
{
    public static FeatureSpace Space(Shape shape) =>
        new()
        {
            Decoder = "libvips 8.18.7",
            Preprocessing = "224x224 stretch",
            Weights = "abc",
            Node = "avg_pool",
            Numerics = "1 avx2 winograd",
            Shape = shape,
        };

    public static (ContentHash Hash, ReadOnlyMemory<float> Values) One(int length, int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
            value = Math.Max(0, (random.NextSingle() * 4) - 1);
        return (ContentHash.Compute(BitConverter.GetBytes(seed)), values);
    }

    public static (ContentHash Hash, ReadOnlyMemory<float> Values)[] Batch(int count, int length, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => One(length, unchecked((seed * 100_003) + i)))];

    /// <summary>How many are in the store; each must be exactly as it was made.</summary>
    public static int AllRead(
        FeatureTable table,
        IReadOnlyList<(ContentHash Hash, ReadOnlyMemory<float> Values)> features
    )
    {
        var count = 0;
        foreach (var (hash, values) in features)
        {
            var read = new float[values.Length];
            if (!table.TryRead(hash, read))
                continue;
            Assert.True(values.Span.SequenceEqual(read), "A feature came back different from what was written.");
            count++;
        }

        return count;
    }
}
