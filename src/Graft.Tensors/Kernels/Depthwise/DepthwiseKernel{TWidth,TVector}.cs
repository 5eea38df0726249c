using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Depthwise;

/// <summary>
/// Depthwise routines for one vector width. If the number of channels is not a multiple of it, the last vector starts
/// earlier and computes some channels again, with the same result.
/// </summary>
/// <inheritdoc cref="DepthwiseKernel"/>
internal sealed unsafe partial class DepthwiseKernel<TWidth, TVector>(string name) : DepthwiseKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public override string Name => name;

    public override int Width => TWidth.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Pixel(
        float** pixels,
        int taps,
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
            var sum = epilogue.Bias is null ? TWidth.Zero : TWidth.Load(epilogue.Bias + channel);
            var weight = weights + channel;
            for (var tap = 0; tap < taps; tap++, weight += channels)
                sum = TWidth.MultiplyAdd(TWidth.Load(pixels[tap] + channel), TWidth.Load(weight), sum);
            Finish(sum, channel, 0, channels, output, epilogue, least, most);
        }
    }

    public override void Tile(
        int size,
        int stride,
        float*** rows,
        int column,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    )
    {
        switch (size, stride)
        {
            case (3, 1):
                Three(rows, column, weights, channels, output, epilogue);
                break;
            case (3, 2):
                ThreeStrided(rows, column, weights, channels, output, epilogue);
                break;
            case (5, 1):
                Five(rows, column, weights, channels, output, epilogue);
                break;
            default:
                FiveStrided(rows, column, weights, channels, output, epilogue);
                break;
        }
    }

    public override void AddWeightGradient(
        float** pixels,
        int taps,
        float* outputGradient,
        int channels,
        int firstChannel,
        int endChannel,
        float* gradient
    )
    {
        for (var tap = 0; tap < taps; tap++, gradient += channels)
        {
            var channel = firstChannel;
            for (; channel + TWidth.Count <= endChannel; channel += TWidth.Count)
                TWidth.Store(
                    gradient + channel,
                    TWidth.MultiplyAdd(
                        TWidth.Load(pixels[tap] + channel),
                        TWidth.Load(outputGradient + channel),
                        TWidth.Load(gradient + channel)
                    )
                );
            for (; channel < endChannel; channel++)
                gradient[channel] = WidthScalar.MultiplyAdd(
                    pixels[tap][channel],
                    outputGradient[channel],
                    gradient[channel]
                );
        }
    }

    /// <summary>The channel at which the next vector starts; <paramref name="channels"/> at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(int channel, int channels) =>
        channel + TWidth.Count >= channels ? channels : Math.Min(channel + TWidth.Count, channels - TWidth.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        TVector sum,
        int channel,
        int pixel,
        int channels,
        float* output,
        in Epilogue epilogue,
        TVector least,
        TVector most
    )
    {
        var place = ((nint)pixel * channels) + channel;
        if (epilogue.Residual is not null)
            sum = TWidth.Add(sum, TWidth.Load(epilogue.Residual + place));
        TWidth.Store(output + place, TWidth.Min(most, TWidth.Max(least, sum)));
    }
}
