using Graft.Tensors;

namespace Graft.Testing;

/// <summary>Compares float results with exact ones.</summary>
public static class Closeness
{
    /// <summary>
    /// Demands that every element is within <paramref name="tolerance"/> of the expected one, relative to the largest
    /// expected magnitude.
    /// </summary>
    /// <param name="expected">The exact values.</param>
    /// <param name="actual">What was computed.</param>
    /// <param name="tolerance">The largest difference for a largest magnitude of 1 (or less).</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <exception cref="InvalidOperationException">An element is further away, or not a number.</exception>
    public static void Demand(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        if (expected.Length != actual.Length)
            throw new InvalidOperationException($"{what}: expected {expected.Length} values, got {actual.Length}.");
        var scale = 1.0;
        foreach (var value in expected)
            scale = Math.Max(scale, Math.Abs(value));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
                throw new InvalidOperationException(
                    $"{what}: element {i} should be {expected[i]:R}, is {actual[i]:R}; allowed difference "
                        + $"{tolerance * scale:E2}."
                );
        }
    }

    /// <inheritdoc cref="Demand(ReadOnlySpan{double}, ReadOnlySpan{float}, double, string)"/>
    public static void Demand(DoubleTensor expected, Tensor actual, double tolerance, string what)
    {
        if (expected.Shape != actual.Shape)
            throw new InvalidOperationException($"{what}: expected shape {expected.Shape}, got {actual.Shape}.");
        Demand(expected.Values, actual.Span, tolerance, what);
    }

    /// <summary>The Euclidean norm of the difference over that of the expected values.</summary>
    public static double RelativeDistance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length)
            throw new InvalidOperationException($"Expected {expected.Length} values, got {actual.Length}.");
        double difference = 0,
            norm = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            difference += ((double)expected[i] - actual[i]) * ((double)expected[i] - actual[i]);
            norm += (double)expected[i] * expected[i];
        }

        return Math.Sqrt(difference) / Math.Sqrt(norm);
    }

    /// <summary>Whether two arrays have the same bits, NaN included.</summary>
    public static bool SameBits(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        System
            .Runtime.InteropServices.MemoryMarshal.AsBytes(left)
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(right));
}
