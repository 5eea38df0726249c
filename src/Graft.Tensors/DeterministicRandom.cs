using System.Numerics;
using System.Runtime.InteropServices;

namespace Graft.Tensors;

/// <summary>
/// The state of a <see cref="DeterministicRandom"/>. A generator restored from it continues with the same numbers, for
/// example after a checkpoint.
/// </summary>
/// <param name="First">The first word of the generator's state.</param>
/// <param name="Second">The second word.</param>
/// <param name="Third">The third word.</param>
/// <param name="Fourth">The fourth word. The four are never all zero.</param>
public readonly record struct RandomState(ulong First, ulong Second, ulong Third, ulong Fourth);

/// <summary>
/// Pseudo-random numbers that are the same for the same seed on every platform and in every version of .NET, which
/// <see cref="Random"/> does not guarantee. Not thread-safe, and not for cryptography.
/// </summary>
/// <remarks>
/// The generator is xoshiro256** (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM
/// Transactions on Mathematical Software 47, 2021), its state filled by SplitMix64 (G. Steele, D. Lea and C. Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014), as its authors advise.
/// </remarks>
public sealed class DeterministicRandom
{
    private ulong _s0,
        _s1,
        _s2,
        _s3;

    /// <summary>
    /// Creates a generator. Every seed is valid, including 0; neighbouring seeds give unrelated numbers.
    /// </summary>
    /// <param name="seed">The seed, which determines all numbers.</param>
    public DeterministicRandom(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Creates a generator that continues from a saved state.</summary>
    /// <param name="state">A value of <see cref="State"/>.</param>
    /// <exception cref="ArgumentException">All four words are zero; such a generator returns only zeros.</exception>
    public DeterministicRandom(RandomState state) => State = state;

    /// <summary>The generator's state. After it is set, the generator continues from there.</summary>
    /// <exception cref="ArgumentException">All four words are zero; such a generator returns only zeros.</exception>
    public RandomState State
    {
        get => new(_s0, _s1, _s2, _s3);
        set
        {
            if (value == default)
                throw new ArgumentException(
                    "A random state of four zeros returns only zeros; it was never saved by a generator.",
                    nameof(value)
                );
            (_s0, _s1, _s2, _s3) = (value.First, value.Second, value.Third, value.Fourth);
        }
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Returns a number from 0 to <paramref name="limit"/> - 1; all are equally likely.</summary>
    /// <param name="limit">The number of different results, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is zero or negative.</exception>
    public int NextInt(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        // D. Lemire, "Fast random integer generation in an interval" (2019): the high half of the product is the
        // number. The few low halves that would make some numbers more likely are rejected and drawn again.
        var range = (ulong)limit;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low < range)
        {
            var threshold = unchecked(0UL - range) % range;
            while (low < threshold)
                high = Math.BigMul(NextUInt64(), range, out low);
        }

        return (int)high;
    }

    /// <summary>A number from 0 (included) to 1 (excluded), a multiple of 2^-24.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>A number from 0 (included) to 1 (excluded), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Returns a normally distributed number with mean 0 and standard deviation 1.</summary>
    /// <remarks>
    /// G. Marsaglia's polar method. The second number of each pair is dropped, so that the state stays four words.
    /// </remarks>
    public double NextGaussian()
    {
        while (true)
        {
            var x = (2 * NextDouble()) - 1;
            var y = (2 * NextDouble()) - 1;
            var square = (x * x) + (y * y);
            if (square is > 0 and < 1)
                return x * Math.Sqrt(-2 * Logarithm(square) / square);
        }
    }

    /// <summary>Shuffles the items (Fisher-Yates). All orders are equally likely.</summary>
    /// <param name="items">The items to shuffle.</param>
    /// <typeparam name="T">The type of the items.</typeparam>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <inheritdoc cref="Shuffle{T}(Span{T})"/>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    public void Shuffle<T>(List<T> items) => Shuffle(CollectionsMarshal.AsSpan(items));

    internal static ulong SplitMix64(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>
    /// The natural logarithm of a positive number to 1e-15, computed only with additions, multiplications and
    /// divisions.
    /// </summary>
    // Math.Log differs between platforms in the last bits.
    internal static double Logarithm(double value)
    {
        // value = m * 2^e with m from sqrt(1/2) to sqrt(2); ln m = 2 artanh t, t = (m - 1) / (m + 1), |t| < 0.172.
        const double Ln2 = 0.693147180559945309417;
        const int Terms = 12;
        var exponent = Math.ILogB(value);
        var mantissa = Math.ScaleB(value, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        var t = (mantissa - 1) / (mantissa + 1);
        var square = t * t;
        var sum = 0.0;
        for (var term = Terms; term >= 0; term--)
            sum = (sum * square) + (1.0 / ((2 * term) + 1));
        return (exponent * Ln2) + (2 * t * sum);
    }
}
