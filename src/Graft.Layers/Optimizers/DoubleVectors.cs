using System.Numerics;

namespace Graft.Layers.Optimizers;

/// <summary>
/// Sums and products of vectors in double precision. The vectors of an operation have the same length.
/// </summary>
internal static class DoubleVectors
{
    /// <summary>The dot product. The order of summation depends only on the machine's vector width.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var (first, second) = (Vector<double>.Zero, Vector<double>.Zero);
        var i = 0;
        for (; i <= left.Length - (2 * Vector<double>.Count); i += 2 * Vector<double>.Count)
        {
            first += new Vector<double>(left[i..]) * new Vector<double>(right[i..]);
            second +=
                new Vector<double>(left[(i + Vector<double>.Count)..])
                * new Vector<double>(right[(i + Vector<double>.Count)..]);
        }

        var sum = Vector.Sum(first + second);
        for (; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    /// <summary><c>target += factor * values</c>.</summary>
    public static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> values)
    {
        var i = 0;
        for (; i <= target.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(target[i..]) + (factor * new Vector<double>(values[i..]))).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += factor * values[i];
    }

    /// <summary><c>values *= factor</c>.</summary>
    public static void Scale(Span<double> values, double factor)
    {
        var i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            (factor * new Vector<double>(values[i..])).CopyTo(values[i..]);
        for (; i < values.Length; i++)
            values[i] *= factor;
    }

    /// <summary><c>left - right</c>, in a new array.</summary>
    public static double[] Difference(double[] left, ReadOnlySpan<double> right)
    {
        var difference = (double[])left.Clone();
        AddScaled(difference, -1, right);
        return difference;
    }

    /// <summary>The largest absolute value; NaN if any value is NaN.</summary>
    public static double LargestMagnitude(ReadOnlySpan<double> values)
    {
        var largest = Vector<double>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            largest = Vector.Max(largest, Vector.Abs(new Vector<double>(values[i..])));
        var most = 0.0;
        for (var lane = 0; lane < Vector<double>.Count; lane++)
            most = Math.Max(most, largest[lane]);
        for (; i < values.Length; i++)
            most = Math.Max(most, Math.Abs(values[i]));
        return most;
    }
}
