using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>
/// Preprocessing of RGB pixels, <c>y[c] = (x[order(c)] * scale - mean[c]) / deviation[c]</c>, to the same bits for
/// every vector width. Immutable.
/// </summary>
/// <param name="reverse">Whether RGB becomes BGR.</param>
/// <param name="scale">The factor applied to each value first.</param>
/// <param name="mean">The mean subtracted from each of the 3 output channels.</param>
/// <param name="deviation">
/// The standard deviation of each of the 3 output channels, by which the difference is divided.
/// </param>
internal sealed unsafe class ChannelNormalizationKernel(
    bool reverse,
    float scale,
    IReadOnlyList<float> mean,
    IReadOnlyList<float> deviation
)
{
    private const int Channels = 3;

    /// <summary>Three of the widest vectors: where the channels begin to repeat.</summary>
    private const int Period = Channels * 16;

    private readonly float[] _means = [.. Enumerable.Range(0, Period).Select(i => mean[i % Channels])];
    private readonly float[] _deviations = [.. Enumerable.Range(0, Period).Select(i => deviation[i % Channels])];

    /// <summary>Normalises neighbouring pixels.</summary>
    /// <param name="source">The pixels, RGB.</param>
    /// <param name="target">Receives the results; must not overlap the source.</param>
    /// <param name="pixels">How many.</param>
    public void Run(float* source, float* target, int pixels)
    {
        var length = pixels * Channels;
        if (reverse)
        {
            for (var i = 0; i < length; i += Channels)
                (target[i], target[i + 1], target[i + 2]) = (source[i + 2], source[i + 1], source[i]);
            source = target;
        }

        fixed (
            float* means = _means,
                deviations = _deviations
        )
        {
            if (Vector512.IsHardwareAccelerated)
                Normalize<Width512, Vector512<float>>(source, target, length, means, deviations);
            else if (Vector256.IsHardwareAccelerated)
                Normalize<Width256, Vector256<float>>(source, target, length, means, deviations);
            else
                Normalize<Width128, Vector128<float>>(source, target, length, means, deviations);
        }
    }

    private void Normalize<TWidth, TVector>(float* source, float* target, int length, float* means, float* deviations)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var factor = TWidth.Broadcast(scale);
        var i = 0;
        for (
            var phase = 0;
            i + TWidth.Count <= length;
            i += TWidth.Count, phase = (phase + TWidth.Count) % (Channels * TWidth.Count)
        )
        {
            var difference = TWidth.Subtract(
                TWidth.Multiply(TWidth.Load(source + i), factor),
                TWidth.Load(means + phase)
            );
            TWidth.Store(target + i, TWidth.Divide(difference, TWidth.Load(deviations + phase)));
        }

        for (; i < length; i++)
            target[i] = ((source[i] * scale) - means[i % Channels]) / deviations[i % Channels];
    }
}
