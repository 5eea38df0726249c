using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Reduction;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>
/// The ReLU gradient, in place, and the sums of each channel for the bias gradient, in one pass over memory.
/// </summary>
internal static unsafe class ReLUGradient
{
    /// <summary>The number of elements in a task.</summary>
    private const int TaskLength = 1 << 15;

    /// <summary>Sets the gradient to 0 except where <c>0 &lt; output &lt; maximum</c>.</summary>
    public static void Mask(float* gradient, float* output, int length, float maximum, WorkerPool workers) =>
        workers.Run((length + TaskLength - 1) / TaskLength, (task, _) =>
        {
            var start = task * TaskLength;
            VectorWidth.ForEach(
                Math.Min(TaskLength, length - start),
                new MaskKernel(gradient + start, output + start, maximum)
            );
        });

    /// <summary>Computes the sum of each channel over all pixels.</summary>
    /// <param name="gradient"><c>[pixels][channels]</c>; masked by the output first if one is given.</param>
    /// <param name="output">The ReLU's output, or null.</param>
    /// <param name="maximum">The upper limit of the ReLU.</param>
    /// <param name="pixels">The number of pixels.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="workers">The worker threads.</param>
    public static double[] MaskAndSum(
        float* gradient,
        float* output,
        float maximum,
        int pixels,
        int channels,
        WorkerPool workers
    ) =>
        ChannelReduction.Sum(
            pixels,
            channels,
            channels,
            (first, count, sums) =>
            {
                var start = (nint)first * channels;
                if (output is not null)
                    VectorWidth.ForEach(count * channels, new MaskKernel(gradient + start, output + start, maximum));
                VectorWidth.ForEach(channels, new SumKernel(gradient + start, count, channels, sums));
            },
            workers
        );

    private readonly struct MaskKernel(float* gradient, float* output, float maximum) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var value = TWidth.Load(output + index);
            var passed = TWidth.WhereGreater(value, TWidth.Zero, TWidth.Load(gradient + index));
            TWidth.Store(gradient + index, TWidth.WhereGreater(TWidth.Broadcast(maximum), value, passed));
        }
    }

    private readonly struct SumKernel(float* values, int pixels, int channels, float* sums) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var sum = TWidth.Zero;
            var value = values + index;
            for (var pixel = 0; pixel < pixels; pixel++, value += channels)
                sum = TWidth.Add(sum, TWidth.Load(value));
            TWidth.Store(sums + index, sum);
        }
    }
}
