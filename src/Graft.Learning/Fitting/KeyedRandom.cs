using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// Random numbers that depend on their purpose, not on how many were drawn before. A training that is resumed in the
/// middle therefore draws the same numbers.
/// </summary>
internal static class KeyedRandom
{
    /// <summary>Makes a generator.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="keys">
    /// The purpose of the numbers: first a number for the purpose itself, then epoch, batch and so on.
    /// </param>
    public static DeterministicRandom Create(ulong seed, params ReadOnlySpan<ulong> keys)
    {
        var mixed = DeterministicRandom.SplitMix64(ref seed);
        foreach (var key in keys)
        {
            mixed ^= key;
            mixed = DeterministicRandom.SplitMix64(ref mixed);
        }

        return new DeterministicRandom(mixed);
    }
}
