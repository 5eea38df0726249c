using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Reduction;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>
/// The ReLU gradient, in place, and the sums of each channel for the bias gradient, in one pass over memory.
/// </summary>
internal static unsafe class ReLUGradient
{
    /// <summary>Elements that one task works on.</summary>
    private const int TaskLength = 1 << 15;

    /// <summary><c>gradient = 0</c> where not <c>0 &lt; output &lt; maximum</c>.</summary>
    public static void Mask(float* gradient, float* output, int length, float maximum, WorkerPool workers) =>
        workers.Run((length + TaskLength - 1) / TaskLength, (task, _) =>
        {
            var start = task * TaskLength;
            MaskPart(gradient + start, output + start, Math.Min(TaskLength, length - start), maximum);
        });

    /// <summary>Sums of each channel over all pixels.</summary>
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
                    MaskPart(gradient + start, output + start, count * channels, maximum);
                SumPart(gradient + start, count, channels, sums);
            },
            workers
        );

    private static void MaskPart(float* gradient, float* output, int length, float maximum)
    {
        if (Vector512.IsHardwareAccelerated)
            MaskPart<Width512, Vector512<float>>(gradient, output, length, maximum);
        else if (Vector256.IsHardwareAccelerated)
            MaskPart<Width256, Vector256<float>>(gradient, output, length, maximum);
        else
            MaskPart<Width128, Vector128<float>>(gradient, output, length, maximum);
    }

    private static void MaskPart<TWidth, TVector>(float* gradient, float* output, int length, float maximum)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var most = TWidth.Broadcast(maximum);
        var i = 0;
        for (; i + TWidth.Count <= length; i += TWidth.Count)
        {
            var value = TWidth.Load(output + i);
            TWidth.Store(
                gradient + i,
                TWidth.WhereGreater(most, value, TWidth.WhereGreater(value, TWidth.Zero, TWidth.Load(gradient + i)))
            );
        }

        for (; i < length; i++)
            gradient[i] = output[i] > 0 && output[i] < maximum ? gradient[i] : 0;
    }

    private static void SumPart(float* values, int pixels, int channels, float* sums)
    {
        if (Vector512.IsHardwareAccelerated)
            SumPart<Width512, Vector512<float>>(values, pixels, channels, sums);
        else if (Vector256.IsHardwareAccelerated)
            SumPart<Width256, Vector256<float>>(values, pixels, channels, sums);
        else
            SumPart<Width128, Vector128<float>>(values, pixels, channels, sums);
    }

    private static void SumPart<TWidth, TVector>(float* values, int pixels, int channels, float* sums)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var channel = 0;
        for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
        {
            var sum = TWidth.Zero;
            var value = values + channel;
            for (var pixel = 0; pixel < pixels; pixel++, value += channels)
                sum = TWidth.Add(sum, TWidth.Load(value));
            TWidth.Store(sums + channel, sum);
        }

        for (; channel < channels; channel++)
        {
            var sum = 0f;
            for (var pixel = 0; pixel < pixels; pixel++)
                sum += values[((nint)pixel * channels) + channel];
            sums[channel] = sum;
        }
    }
}
