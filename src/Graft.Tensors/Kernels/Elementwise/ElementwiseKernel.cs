using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>Operations on each element alone, vectorised and shared out among the threads.</summary>
internal static unsafe class ElementwiseKernel
{
    /// <summary>
    /// Elements that one task works on: large enough to outweigh the cost of scheduling, small enough for an even load.
    /// </summary>
    private const int TaskLength = 1 << 15;

    /// <summary>
    /// <c>output = clamp(left + right)</c>; output may be an operand. With no right operand, <c>clamp(left)</c>.
    /// </summary>
    public static void AddAndClamp(
        float* left,
        float* right,
        float* output,
        int length,
        float minimum,
        float maximum,
        WorkerPool workers
    ) => ForEachPart(length, workers, (start, count) =>
        {
            if (Vector512.IsHardwareAccelerated)
                AddAndClamp<Width512, Vector512<float>>(left, right, output, start, count, minimum, maximum);
            else if (Vector256.IsHardwareAccelerated)
                AddAndClamp<Width256, Vector256<float>>(left, right, output, start, count, minimum, maximum);
            else
                AddAndClamp<Width128, Vector128<float>>(left, right, output, start, count, minimum, maximum);
        });

    /// <summary><c>output = left * right</c>; output may be an operand.</summary>
    public static void Multiply(float* left, float* right, float* output, int length, WorkerPool workers) =>
        ForEachPart(length, workers, (start, count) =>
        {
            if (Vector512.IsHardwareAccelerated)
                Multiply<Width512, Vector512<float>>(left + start, right + start, output + start, count);
            else if (Vector256.IsHardwareAccelerated)
                Multiply<Width256, Vector256<float>>(left + start, right + start, output + start, count);
            else
                Multiply<Width128, Vector128<float>>(left + start, right + start, output + start, count);
        });

    /// <summary>
    /// <c>output[p, c] = input[p, c] * scale[c] + shift[c]</c> for each pixel p; output may be the input.
    /// </summary>
    public static void ScaleAndShift(
        float* input,
        float* scale,
        float* shift,
        float* output,
        int pixels,
        int channels,
        WorkerPool workers
    )
    {
        var pixelsInTask = Math.Max(1, TaskLength / Math.Max(1, channels));
        workers.Run((pixels + pixelsInTask - 1) / pixelsInTask, (task, _) =>
        {
            var end = Math.Min(pixels, (task + 1) * pixelsInTask);
            for (var pixel = task * pixelsInTask; pixel < end; pixel++)
            {
                var place = (nint)pixel * channels;
                if (Vector512.IsHardwareAccelerated)
                    ScaleAndShift<Width512, Vector512<float>>(input + place, scale, shift, output + place, channels);
                else if (Vector256.IsHardwareAccelerated)
                    ScaleAndShift<Width256, Vector256<float>>(input + place, scale, shift, output + place, channels);
                else
                    ScaleAndShift<Width128, Vector128<float>>(input + place, scale, shift, output + place, channels);
            }
        });
    }

    private static void ForEachPart(int length, WorkerPool workers, Action<int, int> part) =>
        workers.Run((length + TaskLength - 1) / TaskLength, (task, _) =>
            part(task * TaskLength, Math.Min(TaskLength, length - (task * TaskLength)))
        );

    private static void AddAndClamp<TWidth, TVector>(
        float* left,
        float* right,
        float* output,
        int start,
        int count,
        float minimum,
        float maximum
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var least = TWidth.Broadcast(minimum);
        var most = TWidth.Broadcast(maximum);
        var i = start;
        for (; i + TWidth.Count <= start + count; i += TWidth.Count)
        {
            var value = TWidth.Load(left + i);
            if (right is not null)
                value = TWidth.Add(value, TWidth.Load(right + i));
            TWidth.Store(output + i, TWidth.Min(most, TWidth.Max(least, value)));
        }

        for (; i < start + count; i++)
        {
            var value = left[i] + (right is null ? 0 : right[i]);
            output[i] = WidthScalar.Min(maximum, WidthScalar.Max(minimum, value));
        }
    }

    private static void Multiply<TWidth, TVector>(float* left, float* right, float* output, int length)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var i = 0;
        for (; i + TWidth.Count <= length; i += TWidth.Count)
            TWidth.Store(output + i, TWidth.Multiply(TWidth.Load(left + i), TWidth.Load(right + i)));
        for (; i < length; i++)
            output[i] = left[i] * right[i];
    }

    private static void ScaleAndShift<TWidth, TVector>(
        float* input,
        float* scale,
        float* shift,
        float* output,
        int channels
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var channel = 0;
        for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
            TWidth.Store(
                output + channel,
                TWidth.MultiplyAdd(
                    TWidth.Load(input + channel),
                    TWidth.Load(scale + channel),
                    TWidth.Load(shift + channel)
                )
            );
        for (; channel < channels; channel++)
            output[channel] = WidthScalar.MultiplyAdd(input[channel], scale[channel], shift[channel]);
    }
}
