using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Reduction;

namespace Graft.Tensors.Kernels.Normalization;

/// <summary>The mean and variance of each channel, and the gradients that batch normalisation needs.</summary>
internal static unsafe class NormalizationKernel
{
    /// <summary>
    /// Computes the mean and the sum of squared differences from the mean of each channel, in one pass.
    /// </summary>
    /// <remarks>
    /// The values of blocks are computed separately and combined as in Chan, Golub and LeVeque, "Updating Formulae and
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
                VectorWidth.ForEach(
                    channels,
                    new MomentsKernel(input + ((nint)first * channels), count, channels, sums)
                );
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

    /// <summary>
    /// Computes the sums of each channel of the gradient, and of the gradient times the normalised input.
    /// </summary>
    /// <param name="input"><c>[pixels][channels]</c>.</param>
    /// <param name="gradient">The gradient with respect to the output, in the same layout.</param>
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
                VectorWidth.ForEach(
                    channels,
                    new SumsKernel(input + start, gradient + start, mean, inverse, count, channels, sums)
                );
            },
            workers
        );

    /// <summary><c>target = addend + scale * gradient + slope * (input - mean) + shift</c> for each channel.</summary>
    /// <param name="input"><c>[pixels][channels]</c>.</param>
    /// <param name="gradient">The gradient with respect to the output, in the same layout.</param>
    /// <param name="mean">The mean of each channel; scale, slope and shift have the same length.</param>
    /// <param name="scale">The factor applied to the gradient.</param>
    /// <param name="slope">The factor applied to the input's difference from the mean.</param>
    /// <param name="shift">The value that is added.</param>
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
                VectorWidth.ForEach(
                    channels,
                    new PixelKernel(input + start, gradient + start, mean, scale, slope, shift, added, target + start)
                );
            }
        });
    }

    private readonly struct MomentsKernel(float* values, int pixels, int channels, float* moments) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var channel = values + index;
            var sum = TWidth.Zero;
            for (var pixel = 0; pixel < pixels; pixel++)
                sum = TWidth.Add(sum, TWidth.Load(channel + ((nint)pixel * channels)));
            var mean = TWidth.Multiply(sum, TWidth.Broadcast(1f / pixels));
            var squares = TWidth.Zero;
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                var difference = TWidth.Subtract(TWidth.Load(channel + ((nint)pixel * channels)), mean);
                squares = TWidth.MultiplyAdd(difference, difference, squares);
            }

            TWidth.Store(moments + index, mean);
            TWidth.Store(moments + channels + index, squares);
        }
    }

    private readonly struct SumsKernel(
        float* input,
        float* gradient,
        float* mean,
        float* inverse,
        int pixels,
        int channels,
        float* sums
    ) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var average = TWidth.Load(mean + index);
            var sum = TWidth.Zero;
            var products = TWidth.Zero;
            nint place = index;
            for (var pixel = 0; pixel < pixels; pixel++, place += channels)
            {
                var value = TWidth.Load(gradient + place);
                sum = TWidth.Add(sum, value);
                products = TWidth.MultiplyAdd(value, TWidth.Subtract(TWidth.Load(input + place), average), products);
            }

            TWidth.Store(sums + index, sum);
            TWidth.Store(sums + channels + index, TWidth.Multiply(products, TWidth.Load(inverse + index)));
        }
    }

    private readonly struct PixelKernel(
        float* input,
        float* gradient,
        float* mean,
        float* scale,
        float* slope,
        float* shift,
        float* addend,
        float* target
    ) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var difference = TWidth.Subtract(TWidth.Load(input + index), TWidth.Load(mean + index));
            var value = TWidth.MultiplyAdd(
                TWidth.Load(scale + index),
                TWidth.Load(gradient + index),
                TWidth.MultiplyAdd(TWidth.Load(slope + index), difference, TWidth.Load(shift + index))
            );
            if (addend is not null)
                value = TWidth.Add(value, TWidth.Load(addend + index));
            TWidth.Store(target + index, value);
        }
    }
}
