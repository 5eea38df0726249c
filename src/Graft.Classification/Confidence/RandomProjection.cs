using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Classification.Confidence;

/// <summary>
/// Projects features to 256 signed bytes that preserve distances to within about 5 %. Features are normalised to unit
/// length, multiplied by a random matrix of signs, and rounded. The seed is fixed, so only the bytes need to be stored.
/// D. Achlioptas, "Database-friendly random projections" (2003). Thread-safe.
/// </summary>
public sealed unsafe class RandomProjection : IDisposable
{
    /// <summary>The number of bytes of a projection.</summary>
    public const int Length = 256;

    /// <summary>
    /// The clipping limit: for a unit vector the sums have a standard deviation of 1/16, so this is almost 5 standard
    /// deviations.
    /// </summary>
    private const double Largest = 0.3;

    private const double StepsPerUnit = sbyte.MaxValue / Largest;

    private const ulong Seed = 0x6772_6166_7401;

    private readonly PackedMatrix _signs;
    private readonly int _channels;

    /// <summary>Creates the projection matrix.</summary>
    /// <param name="features">
    /// The shape of one image's features: <c>[channels]</c>, or <c>[height, width, channels]</c> or
    /// <c>[tokens, channels]</c>, which are averaged over positions.
    /// </param>
    public RandomProjection(Shape features)
    {
        _channels = features[features.Rank - 1];
        var random = new DeterministicRandom(Seed);
        using var signs = Tensor.Uninitialized(new Shape(_channels, Length));
        var values = signs.Span;
        var scale = 1 / MathF.Sqrt(Length);
        for (var i = 0; i < values.Length; i += 64)
        {
            var bits = random.NextUInt64();
            for (var bit = 0; bit < 64; bit++)
                values[i + bit] = (bits >> bit & 1) == 0 ? scale : -scale;
        }

        _signs = PackedMatrix.Pack(signs.Pointer, _channels, Length);
    }

    /// <summary>
    /// The approximate distance between two unit-length feature vectors, from their projections; 0 to 2.
    /// </summary>
    public static double Distance(ReadOnlySpan<sbyte> left, ReadOnlySpan<sbyte> right)
    {
        var sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            var difference = left[i] - right[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum) / StepsPerUnit;
    }

    /// <summary>Projects the features of several images.</summary>
    /// <param name="features"><c>[images, ...]</c>.</param>
    /// <param name="workers">The threads to run on.</param>
    public sbyte[][] Project(Tensor features, WorkerPool workers)
    {
        var images = features.Shape[0];
        using var unit = Tensor.Uninitialized(new Shape(images, _channels));
        using var sums = Tensor.Uninitialized(new Shape(images, Length));
        for (var i = 0; i < images; i++)
            NormalizeToUnitLength(features.Rows(i), unit.Rows(i));
        MatrixProduct.Run(
            new MatrixRows(unit.Pointer, _channels, _channels),
            images,
            _signs,
            sums.Pointer,
            Epilogue.None,
            workers
        );
        var projections = new sbyte[images][];
        for (var i = 0; i < images; i++)
        {
            projections[i] = new sbyte[Length];
            for (var j = 0; j < Length; j++)
                projections[i][j] = (sbyte)
                    Math.Clamp(Math.Round(sums.Rows(i)[j] * StepsPerUnit), -sbyte.MaxValue, sbyte.MaxValue);
        }

        return projections;
    }

    /// <summary>Frees the matrix.</summary>
    public void Dispose() => _signs.Dispose();

    private void NormalizeToUnitLength(ReadOnlySpan<float> features, Span<float> unit)
    {
        var sums = new double[_channels];
        for (var i = 0; i < features.Length; i++)
            sums[i % _channels] += features[i];
        var length = Math.Sqrt(sums.Sum(value => value * value));
        for (var c = 0; c < _channels; c++)
            unit[c] = length > 0 ? (float)(sums[c] / length) : 0;
    }
}
