using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Reduction;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>The gradient of a weight that is scaled for each output channel before it is used.</summary>
internal static unsafe class ScaledGradient
{
    /// <summary>
    /// Computes <c>target += scale * gradient</c> and returns, for each channel, the sum of <c>weight * gradient</c>,
    /// which is the gradient with respect to the scale.
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
                VectorWidth.ForEach(
                    channels,
                    new ChannelKernel(weight + start, gradient + start, scale, target + start, count, channels, sums)
                );
            },
            workers
        );

    private readonly struct ChannelKernel(
        float* weight,
        float* gradient,
        float* scale,
        float* target,
        int rows,
        int channels,
        float* sums
    ) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var factor = TWidth.Load(scale + index);
            var sum = TWidth.Zero;
            nint place = index;
            for (var row = 0; row < rows; row++, place += channels)
            {
                var value = TWidth.Load(gradient + place);
                sum = TWidth.MultiplyAdd(value, TWidth.Load(weight + place), sum);
                TWidth.Store(target + place, TWidth.MultiplyAdd(value, factor, TWidth.Load(target + place)));
            }

            TWidth.Store(sums + index, sum);
        }
    }
}
