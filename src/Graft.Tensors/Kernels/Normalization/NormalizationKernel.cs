using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Reduction;

namespace Graft.Tensors.Kernels.Normalization;

/// <summary>The moments of each channel and the gradients that batch normalisation needs.</summary>
internal static unsafe class NormalizationKernel
{
    /// <summary>Mean and sum of squared differences from it, of each channel, in one pass over memory.</summary>
    /// <remarks>
    /// The moments of blocks are computed separately and combined as in Chan, Golub and LeVeque, "Updating Formulae and
    /// a Pairwise Algorithm for Computing Sample Variances" (1979), so that a mean far from zero costs no precision.
    /// </remarks>
    /// <param name="input"><c>[pixels][channels]</c>.</param>
    /// <param name="pixels">The number of pixels, at least 1.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>The means of all channels, then their sums of squared differences from the mean.</returns>
    public static double[] Measure(float* input, int pixels, int channels, WorkerPool workers)
    {
        using var parts = ChannelReduction.Parts(
            pixels,
            channels,
            2 * channels,
            (first, count, sums) =>
            {
                var values = input + ((nint)first * channels);
                if (Vector512.IsHardwareAccelerated)
                    MeasureBlock<Width512, Vector512<float>>(values, count, channels, sums);
                else if (Vector256.IsHardwareAccelerated)
                    MeasureBlock<Width256, Vector256<float>>(values, count, channels, sums);
                else
                    MeasureBlock<Width128, Vector128<float>>(values, count, channels, sums);
            },
            workers
        );
        var moments = new double[2 * channels];
        var pixelsInBlock = ChannelReduction.BlockPixels(channels);
        for (var block = 0; block < parts.Shape[0]; block++)
        {
            double before = (double)block * pixelsInBlock;
            double count = Math.Min(pixelsInBlock, pixels - before);
            var part = parts.Rows(block);
            for (var c = 0; c < channels; c++)
            {
                var difference = part[c] - moments[c];
                moments[c] += difference * count / (before + count);
                moments[channels + c] +=
                    part[channels + c] + (difference * difference * before * count / (before + count));
            }
        }

        return moments;
    }

    /// <summary>Sums of each channel of the gradient, and of the gradient times the normalised input.</summary>
    /// <param name="input"><c>[pixels][channels]</c>.</param>
    /// <param name="gradient">The gradient with respect to the output, laid out the same.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="inverse">The inverse of each channel's standard deviation.</param>
    /// <param name="pixels">The number of pixels.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>The sums of the gradient, then the sums of the products.</returns>
    public static double[] SumGradients(
        float* input,
        float* gradient,
        float* mean,
        float* inverse,
        int pixels,
        int channels,
        WorkerPool workers
    ) =>
        ChannelReduction.Sum(
            pixels,
            channels,
            2 * channels,
            (first, count, sums) =>
            {
                var start = (nint)first * channels;
                if (Vector512.IsHardwareAccelerated)
                    SumBlock<Width512, Vector512<float>>(
                        input + start,
                        gradient + start,
                        mean,
                        inverse,
                        count,
                        channels,
                        sums
                    );
                else if (Vector256.IsHardwareAccelerated)
                    SumBlock<Width256, Vector256<float>>(
                        input + start,
                        gradient + start,
                        mean,
                        inverse,
                        count,
                        channels,
                        sums
                    );
                else
                    SumBlock<Width128, Vector128<float>>(
                        input + start,
                        gradient + start,
                        mean,
                        inverse,
                        count,
                        channels,
                        sums
                    );
            },
            workers
        );

    /// <summary><c>target = addend + scale * gradient + slope * (input - mean) + shift</c> for each channel.</summary>
    /// <param name="input"><c>[pixels][channels]</c>.</param>
    /// <param name="gradient">The gradient with respect to the output, laid out the same.</param>
    /// <param name="mean">The mean of each channel; scale, slope and shift have the same length.</param>
    /// <param name="scale">The factor applied to the gradient.</param>
    /// <param name="slope">The factor applied to the input's difference from the mean.</param>
    /// <param name="shift">The value added.</param>
    /// <param name="addend">A tensor to add, or null.</param>
    /// <param name="target">The result; may be the gradient or the addend.</param>
    /// <param name="pixels">The number of pixels.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="workers">The worker threads.</param>
    public static void ApplyGradient(
        float* input,
        float* gradient,
        float* mean,
        float* scale,
        float* slope,
        float* shift,
        float* addend,
        float* target,
        int pixels,
        int channels,
        WorkerPool workers
    )
    {
        var pixelsInTask = ChannelReduction.BlockPixels(channels);
        workers.Run((pixels + pixelsInTask - 1) / pixelsInTask, (task, _) =>
        {
            var end = Math.Min(pixels, (task + 1) * pixelsInTask);
            for (var pixel = task * pixelsInTask; pixel < end; pixel++)
            {
                var start = (nint)pixel * channels;
                var added = addend is null ? null : addend + start;
                if (Vector512.IsHardwareAccelerated)
                    ApplyPixel<Width512, Vector512<float>>(
                        input + start,
                        gradient + start,
                        mean,
                        scale,
                        slope,
                        shift,
                        added,
                        target + start,
                        channels
                    );
                else if (Vector256.IsHardwareAccelerated)
                    ApplyPixel<Width256, Vector256<float>>(
                        input + start,
                        gradient + start,
                        mean,
                        scale,
                        slope,
                        shift,
                        added,
                        target + start,
                        channels
                    );
                else
                    ApplyPixel<Width128, Vector128<float>>(
                        input + start,
                        gradient + start,
                        mean,
                        scale,
                        slope,
                        shift,
                        added,
                        target + start,
                        channels
                    );
            }
        });
    }

    private static void MeasureBlock<TWidth, TVector>(float* values, int pixels, int channels, float* sums)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var channel = 0;
        for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
            MeasureChannels<TWidth, TVector>(
                values + channel,
                pixels,
                channels,
                sums + channel,
                sums + channels + channel
            );
        for (; channel < channels; channel++)
            MeasureChannels<WidthScalar, float>(
                values + channel,
                pixels,
                channels,
                sums + channel,
                sums + channels + channel
            );
    }

    private static void MeasureChannels<TWidth, TVector>(
        float* values,
        int pixels,
        int channels,
        float* mean,
        float* squares
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var sum = TWidth.Zero;
        for (var pixel = 0; pixel < pixels; pixel++)
            sum = TWidth.Add(sum, TWidth.Load(values + ((nint)pixel * channels)));
        var average = TWidth.Multiply(sum, TWidth.Broadcast(1f / pixels));
        var square = TWidth.Zero;
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var difference = TWidth.Subtract(TWidth.Load(values + ((nint)pixel * channels)), average);
            square = TWidth.MultiplyAdd(difference, difference, square);
        }

        TWidth.Store(mean, average);
        TWidth.Store(squares, square);
    }

    private static void SumBlock<TWidth, TVector>(
        float* input,
        float* gradient,
        float* mean,
        float* inverse,
        int pixels,
        int channels,
        float* sums
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var channel = 0;
        for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
            SumChannels<TWidth, TVector>(
                input + channel,
                gradient + channel,
                mean + channel,
                inverse + channel,
                pixels,
                channels,
                sums + channel
            );
        for (; channel < channels; channel++)
            SumChannels<WidthScalar, float>(
                input + channel,
                gradient + channel,
                mean + channel,
                inverse + channel,
                pixels,
                channels,
                sums + channel
            );
    }

    private static void SumChannels<TWidth, TVector>(
        float* input,
        float* gradient,
        float* mean,
        float* inverse,
        int pixels,
        int channels,
        float* sums
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var average = TWidth.Load(mean);
        var sum = TWidth.Zero;
        var products = TWidth.Zero;
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var value = TWidth.Load(gradient + ((nint)pixel * channels));
            sum = TWidth.Add(sum, value);
            products = TWidth.MultiplyAdd(
                value,
                TWidth.Subtract(TWidth.Load(input + ((nint)pixel * channels)), average),
                products
            );
        }

        TWidth.Store(sums, sum);
        TWidth.Store(sums + channels, TWidth.Multiply(products, TWidth.Load(inverse)));
    }

    private static void ApplyPixel<TWidth, TVector>(
        float* input,
        float* gradient,
        float* mean,
        float* scale,
        float* slope,
        float* shift,
        float* addend,
        float* target,
        int channels
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var channel = 0;
        for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
            ApplyChannels<TWidth, TVector>(
                input + channel,
                gradient + channel,
                mean + channel,
                scale + channel,
                slope + channel,
                shift + channel,
                addend is null ? null : addend + channel,
                target + channel
            );
        for (; channel < channels; channel++)
            ApplyChannels<WidthScalar, float>(
                input + channel,
                gradient + channel,
                mean + channel,
                scale + channel,
                slope + channel,
                shift + channel,
                addend is null ? null : addend + channel,
                target + channel
            );
    }

    private static void ApplyChannels<TWidth, TVector>(
        float* input,
        float* gradient,
        float* mean,
        float* scale,
        float* slope,
        float* shift,
        float* addend,
        float* target
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var difference = TWidth.Subtract(TWidth.Load(input), TWidth.Load(mean));
        var value = TWidth.MultiplyAdd(
            TWidth.Load(scale),
            TWidth.Load(gradient),
            TWidth.MultiplyAdd(TWidth.Load(slope), difference, TWidth.Load(shift))
        );
        TWidth.Store(target, addend is null ? value : TWidth.Add(value, TWidth.Load(addend)));
    }
}
