using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// Random numbers that follow from what they are for, not from how many were drawn before: training that is resumed in
/// the middle draws what it would have drawn anyway.
/// </summary>
internal static class KeyedRandom
{
    /// <summary>Makes a generator.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="keys">
    /// What the numbers are for: first a number for the purpose, then epoch, batch and the like.
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
