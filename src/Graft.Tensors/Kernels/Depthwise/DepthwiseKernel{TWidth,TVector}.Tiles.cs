using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Depthwise;

/// <summary>
/// The unrolled tiles. One row of the kernel stays in registers while it is multiplied by the pixels under four
/// outputs: 4 sums, 3 or 5 weights and a pixel fit in 16 registers.
/// </summary>
internal sealed unsafe partial class DepthwiseKernel<TWidth, TVector>
{
    /// <summary>3x3, stride 1: each pixel of a row is loaded once for all outputs that depend on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Three(
        float*** rows,
        int column,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    )
    {
        var least = TWidth.Broadcast(epilogue.Minimum);
        var most = TWidth.Broadcast(epilogue.Maximum);
        for (var channel = 0; channel < channels; channel = Next(channel, channels))
        {
            TVector s0,
                s1,
                s2,
                s3;
            s0 = s1 = s2 = s3 = epilogue.Bias is null ? TWidth.Zero : TWidth.Load(epilogue.Bias + channel);
            var weight = weights + channel;
            for (var kernelRow = 0; kernelRow < 3; kernelRow++)
            {
                var row = rows[kernelRow] + column;
                var w0 = TWidth.Load(weight);
                weight += channels;
                var w1 = TWidth.Load(weight);
                weight += channels;
                var w2 = TWidth.Load(weight);
                weight += channels;
                var pixel = TWidth.Load(row[0] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w0, s0);
                pixel = TWidth.Load(row[1] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w1, s0);
                s1 = TWidth.MultiplyAdd(pixel, w0, s1);
                pixel = TWidth.Load(row[2] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w2, s0);
                s1 = TWidth.MultiplyAdd(pixel, w1, s1);
                s2 = TWidth.MultiplyAdd(pixel, w0, s2);
                pixel = TWidth.Load(row[3] + channel);
                s1 = TWidth.MultiplyAdd(pixel, w2, s1);
                s2 = TWidth.MultiplyAdd(pixel, w1, s2);
                s3 = TWidth.MultiplyAdd(pixel, w0, s3);
                pixel = TWidth.Load(row[4] + channel);
                s2 = TWidth.MultiplyAdd(pixel, w2, s2);
                s3 = TWidth.MultiplyAdd(pixel, w1, s3);
                pixel = TWidth.Load(row[5] + channel);
                s3 = TWidth.MultiplyAdd(pixel, w2, s3);
            }

            Finish(s0, channel, 0, channels, output, epilogue, least, most);
            Finish(s1, channel, 1, channels, output, epilogue, least, most);
            Finish(s2, channel, 2, channels, output, epilogue, least, most);
            Finish(s3, channel, 3, channels, output, epilogue, least, most);
        }
    }

    /// <summary>3x3, stride 2: each pixel of a row is loaded once for all outputs that depend on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ThreeStrided(
        float*** rows,
        int column,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    )
    {
        var least = TWidth.Broadcast(epilogue.Minimum);
        var most = TWidth.Broadcast(epilogue.Maximum);
        for (var channel = 0; channel < channels; channel = Next(channel, channels))
        {
            TVector s0,
                s1,
                s2,
                s3;
            s0 = s1 = s2 = s3 = epilogue.Bias is null ? TWidth.Zero : TWidth.Load(epilogue.Bias + channel);
            var weight = weights + channel;
            for (var kernelRow = 0; kernelRow < 3; kernelRow++)
            {
                var row = rows[kernelRow] + column;
                var w0 = TWidth.Load(weight);
                weight += channels;
                var w1 = TWidth.Load(weight);
                weight += channels;
                var w2 = TWidth.Load(weight);
                weight += channels;
                var pixel = TWidth.Load(row[0] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w0, s0);
                pixel = TWidth.Load(row[1] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w1, s0);
                pixel = TWidth.Load(row[2] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w2, s0);
                s1 = TWidth.MultiplyAdd(pixel, w0, s1);
                pixel = TWidth.Load(row[3] + channel);
                s1 = TWidth.MultiplyAdd(pixel, w1, s1);
                pixel = TWidth.Load(row[4] + channel);
                s1 = TWidth.MultiplyAdd(pixel, w2, s1);
                s2 = TWidth.MultiplyAdd(pixel, w0, s2);
                pixel = TWidth.Load(row[5] + channel);
                s2 = TWidth.MultiplyAdd(pixel, w1, s2);
                pixel = TWidth.Load(row[6] + channel);
                s2 = TWidth.MultiplyAdd(pixel, w2, s2);
                s3 = TWidth.MultiplyAdd(pixel, w0, s3);
                pixel = TWidth.Load(row[7] + channel);
                s3 = TWidth.MultiplyAdd(pixel, w1, s3);
                pixel = TWidth.Load(row[8] + channel);
                s3 = TWidth.MultiplyAdd(pixel, w2, s3);
            }

            Finish(s0, channel, 0, channels, output, epilogue, least, most);
            Finish(s1, channel, 1, channels, output, epilogue, least, most);
            Finish(s2, channel, 2, channels, output, epilogue, least, most);
            Finish(s3, channel, 3, channels, output, epilogue, least, most);
        }
    }

    /// <summary>5x5, stride 1: each pixel of a row is loaded once for all outputs that depend on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Five(
        float*** rows,
        int column,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    )
    {
        var least = TWidth.Broadcast(epilogue.Minimum);
        var most = TWidth.Broadcast(epilogue.Maximum);
        for (var channel = 0; channel < channels; channel = Next(channel, channels))
        {
            TVector s0,
                s1,
                s2,
                s3;
            s0 = s1 = s2 = s3 = epilogue.Bias is null ? TWidth.Zero : TWidth.Load(epilogue.Bias + channel);
            var weight = weights + channel;
            for (var kernelRow = 0; kernelRow < 5; kernelRow++)
            {
                var row = rows[kernelRow] + column;
                var w0 = TWidth.Load(weight);
                weight += channels;
                var w1 = TWidth.Load(weight);
                weight += channels;
                var w2 = TWidth.Load(weight);
                weight += channels;
                var w3 = TWidth.Load(weight);
                weight += channels;
                var w4 = TWidth.Load(weight);
                weight += channels;
                var pixel = TWidth.Load(row[0] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w0, s0);
                pixel = TWidth.Load(row[1] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w1, s0);
                s1 = TWidth.MultiplyAdd(pixel, w0, s1);
                pixel = TWidth.Load(row[2] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w2, s0);
                s1 = TWidth.MultiplyAdd(pixel, w1, s1);
                s2 = TWidth.MultiplyAdd(pixel, w0, s2);
                pixel = TWidth.Load(row[3] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w3, s0);
                s1 = TWidth.MultiplyAdd(pixel, w2, s1);
                s2 = TWidth.MultiplyAdd(pixel, w1, s2);
                s3 = TWidth.MultiplyAdd(pixel, w0, s3);
                pixel = TWidth.Load(row[4] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w4, s0);
                s1 = TWidth.MultiplyAdd(pixel, w3, s1);
                s2 = TWidth.MultiplyAdd(pixel, w2, s2);
                s3 = TWidth.MultiplyAdd(pixel, w1, s3);
                pixel = TWidth.Load(row[5] + channel);
                s1 = TWidth.MultiplyAdd(pixel, w4, s1);
                s2 = TWidth.MultiplyAdd(pixel, w3, s2);
                s3 = TWidth.MultiplyAdd(pixel, w2, s3);
                pixel = TWidth.Load(row[6] + channel);
                s2 = TWidth.MultiplyAdd(pixel, w4, s2);
                s3 = TWidth.MultiplyAdd(pixel, w3, s3);
                pixel = TWidth.Load(row[7] + channel);
                s3 = TWidth.MultiplyAdd(pixel, w4, s3);
            }

            Finish(s0, channel, 0, channels, output, epilogue, least, most);
            Finish(s1, channel, 1, channels, output, epilogue, least, most);
            Finish(s2, channel, 2, channels, output, epilogue, least, most);
            Finish(s3, channel, 3, channels, output, epilogue, least, most);
        }
    }

    /// <summary>5x5, stride 2: each pixel of a row is loaded once for all outputs that depend on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FiveStrided(
        float*** rows,
        int column,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    )
    {
        var least = TWidth.Broadcast(epilogue.Minimum);
        var most = TWidth.Broadcast(epilogue.Maximum);
        for (var channel = 0; channel < channels; channel = Next(channel, channels))
        {
            TVector s0,
                s1,
                s2,
                s3;
            s0 = s1 = s2 = s3 = epilogue.Bias is null ? TWidth.Zero : TWidth.Load(epilogue.Bias + channel);
            var weight = weights + channel;
            for (var kernelRow = 0; kernelRow < 5; kernelRow++)
            {
                var row = rows[kernelRow] + column;
                var w0 = TWidth.Load(weight);
                weight += channels;
                var w1 = TWidth.Load(weight);
                weight += channels;
                var w2 = TWidth.Load(weight);
                weight += channels;
                var w3 = TWidth.Load(weight);
                weight += channels;
                var w4 = TWidth.Load(weight);
                weight += channels;
                var pixel = TWidth.Load(row[0] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w0, s0);
                pixel = TWidth.Load(row[1] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w1, s0);
                pixel = TWidth.Load(row[2] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w2, s0);
                s1 = TWidth.MultiplyAdd(pixel, w0, s1);
                pixel = TWidth.Load(row[3] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w3, s0);
                s1 = TWidth.MultiplyAdd(pixel, w1, s1);
                pixel = TWidth.Load(row[4] + channel);
                s0 = TWidth.MultiplyAdd(pixel, w4, s0);
                s1 = TWidth.MultiplyAdd(pixel, w2, s1);
                s2 = TWidth.MultiplyAdd(pixel, w0, s2);
                pixel = TWidth.Load(row[5] + channel);
                s1 = TWidth.MultiplyAdd(pixel, w3, s1);
                s2 = TWidth.MultiplyAdd(pixel, w1, s2);
                pixel = TWidth.Load(row[6] + channel);
                s1 = TWidth.MultiplyAdd(pixel, w4, s1);
                s2 = TWidth.MultiplyAdd(pixel, w2, s2);
                s3 = TWidth.MultiplyAdd(pixel, w0, s3);
                pixel = TWidth.Load(row[7] + channel);
                s2 = TWidth.MultiplyAdd(pixel, w3, s2);
                s3 = TWidth.MultiplyAdd(pixel, w1, s3);
                pixel = TWidth.Load(row[8] + channel);
                s2 = TWidth.MultiplyAdd(pixel, w4, s2);
                s3 = TWidth.MultiplyAdd(pixel, w2, s3);
                pixel = TWidth.Load(row[9] + channel);
                s3 = TWidth.MultiplyAdd(pixel, w3, s3);
                pixel = TWidth.Load(row[10] + channel);
                s3 = TWidth.MultiplyAdd(pixel, w4, s3);
            }

            Finish(s0, channel, 0, channels, output, epilogue, least, most);
            Finish(s1, channel, 1, channels, output, epilogue, least, most);
            Finish(s2, channel, 2, channels, output, epilogue, least, most);
            Finish(s3, channel, 3, channels, output, epilogue, least, most);
        }
    }
}
