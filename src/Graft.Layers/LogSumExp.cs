using System.Numerics;

namespace Graft.Layers;

/// <summary>The logarithm of a sum of exponentials, without overflow. Thread-safe.</summary>
public static class LogSumExp
{
    /// <summary><c>max x + log(sum of exp(x - max x))</c> in nats, computed in double precision.</summary>
    /// <param name="values">At least one value.</param>
    /// <returns>The logarithm; NaN if a value is.</returns>
    /// <typeparam name="T">The element type: <see cref="float"/> or <see cref="double"/>.</typeparam>
    public static double Compute<T>(ReadOnlySpan<T> values)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        var largest = double.NegativeInfinity;
        foreach (var value in values)
            largest = Math.Max(largest, double.CreateTruncating(value));
        var sum = 0.0;
        foreach (var value in values)
            sum += Math.Exp(double.CreateTruncating(value) - largest);
        return largest + Math.Log(sum);
    }
}
