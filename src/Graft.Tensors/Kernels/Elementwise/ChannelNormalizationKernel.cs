using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>
/// Preprocessing of RGB pixels, <c>y[c] = (x[order(c)] * scale - mean[c]) / deviation[c]</c>, with the same result for
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

    /// <summary>The length of a repeated table: enough to read the widest vector from any channel on.</summary>
    private const int Repeated = Channels + 15;

    private readonly float[] _means = [.. Enumerable.Range(0, Repeated).Select(i => mean[i % Channels])];
    private readonly float[] _deviations = [.. Enumerable.Range(0, Repeated).Select(i => deviation[i % Channels])];

    /// <summary>Normalises neighbouring pixels.</summary>
    /// <param name="source">The pixels, RGB.</param>
    /// <param name="target">Receives the results; must not overlap the source.</param>
    /// <param name="pixels">The number of pixels.</param>
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
            VectorWidth.ForEach(length, new Normalization(source, target, scale, means, deviations));
        }
    }

    private readonly struct Normalization(float* source, float* target, float scale, float* means, float* deviations)
        : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var channel = index % Channels;
            var scaled = TWidth.Multiply(TWidth.Load(source + index), TWidth.Broadcast(scale));
            var difference = TWidth.Subtract(scaled, TWidth.Load(means + channel));
            TWidth.Store(target + index, TWidth.Divide(difference, TWidth.Load(deviations + channel)));
        }
    }
}
