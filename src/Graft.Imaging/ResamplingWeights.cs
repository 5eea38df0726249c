using System.Buffers;

namespace Graft.Imaging;

/// <summary>
/// The source pixels and weights of each result pixel along one axis. The triangle filter's radius is one source pixel
/// when enlarging and one result pixel when reducing, which prevents aliasing. The cubic filter's radius is twice that.
/// Weights are fixed-point numbers; without rounding they would add up to one.
/// </summary>
/// <remarks>
/// The filters, their support and the precision are those of Pillow's 8-bit <c>Image.resize(size, BILINEAR)</c> and
/// <c>BICUBIC</c>, so the results are the same. Arrays come from the shared pool.
/// </remarks>
internal readonly struct ResamplingWeights : IDisposable
{
    /// <summary>
    /// Fraction bits of a weight. The other ten bits of an int hold 8 bits of pixel value and 2 of headroom.
    /// </summary>
    public const int FractionBits = 22;

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;

    /// <summary>Computes the weights for part of one axis.</summary>
    /// <param name="source">Source pixels along the axis.</param>
    /// <param name="scaled">Pixels that all source pixels are scaled to.</param>
    /// <param name="first">The first result pixel to compute weights for.</param>
    /// <param name="count">How many result pixels to compute weights for.</param>
    /// <param name="interpolation">The filter.</param>
    public ResamplingWeights(int source, long scaled, long first, int count, Interpolation interpolation)
    {
        var scale = (double)source / scaled;
        var stretch = Math.Max(scale, 1);
        var radius = interpolation == Interpolation.Bicubic ? 2 * stretch : stretch;
        Count = count;
        Stride = (int)Math.Min((long)Math.Ceiling(radius) * 2 + 1, source);
        _starts = ArrayPool<int>.Shared.Rent(count);
        _counts = ArrayPool<int>.Shared.Rent(count);
        _weights = ArrayPool<int>.Shared.Rent(checked(count * Stride));
        var exact = ArrayPool<double>.Shared.Rent(Stride);
        for (var i = 0; i < count; i++)
        {
            var centre = (first + i + 0.5) * scale;
            var start = Math.Max((int)(centre - radius + 0.5), 0);
            var taps = Math.Min((int)(centre + radius + 0.5), source) - start;
            var sum = 0.0;
            for (var tap = 0; tap < taps; tap++)
            {
                var distance = Math.Abs((tap + start - centre + 0.5) * (1 / stretch));
                exact[tap] = interpolation == Interpolation.Bicubic ? Cubic(distance) : Math.Max(0, 1 - distance);
                sum += exact[tap];
            }

            for (var tap = 0; tap < taps; tap++)
            {
                var weight = sum == 0 ? exact[tap] : exact[tap] / sum;
                _weights[i * Stride + tap] = (int)(Math.CopySign(0.5, weight) + weight * (1 << FractionBits));
            }

            _starts[i] = start;
            _counts[i] = taps;
        }

        ArrayPool<double>.Shared.Return(exact);
    }

    /// <summary>The number of result pixels that have weights.</summary>
    public int Count { get; }

    /// <summary>The maximum number of source pixels for one result pixel.</summary>
    public int Stride { get; }

    /// <summary>The first source pixel that any result pixel needs.</summary>
    public int FirstNeeded => _starts[0];

    /// <summary>One past the last source pixel that any result pixel needs.</summary>
    public int EndNeeded => _starts[Count - 1] + _counts[Count - 1];

    /// <summary>The first source pixel of a result pixel.</summary>
    public int Start(int index) => _starts[index];

    /// <summary>The weights of a result pixel's source pixels.</summary>
    public ReadOnlySpan<int> Of(int index) => _weights.AsSpan(index * Stride, _counts[index]);

    /// <summary>Returns the arrays to the pool.</summary>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_counts);
        ArrayPool<int>.Shared.Return(_weights);
    }

    /// <summary>Keys's cubic with a = -0.5, at a distance of 0 or more.</summary>
    private static double Cubic(double distance)
    {
        const double A = -0.5;
        if (distance < 1)
            return (((A + 2) * distance) - (A + 3)) * distance * distance + 1;
        return distance < 2 ? ((((distance - 5) * distance) + 8) * distance - 4) * A : 0;
    }
}
