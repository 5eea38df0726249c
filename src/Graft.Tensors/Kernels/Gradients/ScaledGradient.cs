using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Reduction;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>The gradient of a weight that is scaled for each output channel before it is used.</summary>
internal static unsafe class ScaledGradient
{
    /// <summary>
    /// <c>target += scale * gradient</c>, and for each channel the sum of <c>weight * gradient</c>, which is the
    /// gradient with respect to the scale.
    /// </summary>
    /// <param name="weight">The weight before scaling, <c>[rows][channels]</c>.</param>
    /// <param name="gradient">The gradient with respect to the scaled weight.</param>
    /// <param name="scale">The scale of each channel.</param>
    /// <param name="target">The gradient with respect to the weight, added to.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="workers">The worker threads.</param>
    public static double[] Add(
        float* weight,
        float* gradient,
        float* scale,
        float* target,
        int rows,
        int channels,
        WorkerPool workers
    ) =>
        ChannelReduction.Sum(
            rows,
            channels,
            channels,
            (first, count, sums) =>
            {
                var start = (nint)first * channels;
                if (Vector512.IsHardwareAccelerated)
                    AddBlock<Width512, Vector512<float>>(
                        weight + start,
                        gradient + start,
                        scale,
                        target + start,
                        count,
                        channels,
                        sums
                    );
                else if (Vector256.IsHardwareAccelerated)
                    AddBlock<Width256, Vector256<float>>(
                        weight + start,
                        gradient + start,
                        scale,
                        target + start,
                        count,
                        channels,
                        sums
                    );
                else
                    AddBlock<Width128, Vector128<float>>(
                        weight + start,
                        gradient + start,
                        scale,
                        target + start,
                        count,
                        channels,
                        sums
                    );
            },
            workers
        );

    private static void AddBlock<TWidth, TVector>(
        float* weight,
        float* gradient,
        float* scale,
        float* target,
        int rows,
        int channels,
        float* sums
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var channel = 0;
        for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
            AddChannels<TWidth, TVector>(
                weight + channel,
                gradient + channel,
                scale + channel,
                target + channel,
                rows,
                channels,
                sums + channel
            );
        for (; channel < channels; channel++)
            AddChannels<WidthScalar, float>(
                weight + channel,
                gradient + channel,
                scale + channel,
                target + channel,
                rows,
                channels,
                sums + channel
            );
    }

    private static void AddChannels<TWidth, TVector>(
        float* weight,
        float* gradient,
        float* scale,
        float* target,
        int rows,
        int channels,
        float* sums
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var factor = TWidth.Load(scale);
        var sum = TWidth.Zero;
        for (nint place = 0; rows > 0; rows--, place += channels)
        {
            var value = TWidth.Load(gradient + place);
            sum = TWidth.MultiplyAdd(value, TWidth.Load(weight + place), sum);
            TWidth.Store(target + place, TWidth.MultiplyAdd(value, factor, TWidth.Load(target + place)));
        }

        TWidth.Store(sums, sum);
    }
}
