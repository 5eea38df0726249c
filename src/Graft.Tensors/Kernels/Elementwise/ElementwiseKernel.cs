using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>Operations on each element by itself, vectorised and divided among the threads.</summary>
internal static unsafe class ElementwiseKernel
{
    /// <summary>
    /// The number of elements in a task: large enough to outweigh the cost of scheduling, small enough to balance the
    /// load.
    /// </summary>
    private const int TaskLength = 1 << 15;

    /// <summary>
    /// <c>output = clamp(left + right)</c>, or <c>clamp(left)</c> without a right operand; output may be an operand.
    /// </summary>
    public static void AddAndClamp(
        float* left,
        float* right,
        float* output,
        int length,
        float minimum,
        float maximum,
        WorkerPool workers
    ) =>
        ForEachPart(length, workers, (start, count) =>
            VectorWidth.ForEach(
                count,
                new Sum(left + start, right is null ? null : right + start, output + start, minimum, maximum)
            )
        );

    /// <summary><c>output = left * right</c>; output may be an operand.</summary>
    public static void Multiply(float* left, float* right, float* output, int length, WorkerPool workers) =>
        ForEachPart(length, workers, (start, count) =>
            VectorWidth.ForEach(count, new Product(left + start, right + start, output + start))
        );

    /// <summary><c>output = left - right</c>; output may be an operand.</summary>
    public static void Subtract(float* left, float* right, float* output, int length, WorkerPool workers) =>
        ForEachPart(length, workers, (start, count) =>
            VectorWidth.ForEach(count, new Difference(left + start, right + start, output + start))
        );

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
                VectorWidth.ForEach(channels, new ScaledPixel(input + place, scale, shift, output + place));
            }
        });
    }

    private static void ForEachPart(int length, WorkerPool workers, Action<int, int> part) =>
        workers.Run((length + TaskLength - 1) / TaskLength, (task, _) =>
            part(task * TaskLength, Math.Min(TaskLength, length - (task * TaskLength)))
        );

    private readonly struct Sum(float* left, float* right, float* output, float minimum, float maximum) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var value = TWidth.Load(left + index);
            if (right is not null)
                value = TWidth.Add(value, TWidth.Load(right + index));
            value = TWidth.Max(TWidth.Broadcast(minimum), value);
            TWidth.Store(output + index, TWidth.Min(TWidth.Broadcast(maximum), value));
        }
    }

    private readonly struct Product(float* left, float* right, float* output) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct =>
            TWidth.Store(output + index, TWidth.Multiply(TWidth.Load(left + index), TWidth.Load(right + index)));
    }

    private readonly struct Difference(float* left, float* right, float* output) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct =>
            TWidth.Store(output + index, TWidth.Subtract(TWidth.Load(left + index), TWidth.Load(right + index)));
    }

    private readonly struct ScaledPixel(float* input, float* scale, float* shift, float* output) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var value = TWidth.Load(input + index);
            value = TWidth.MultiplyAdd(value, TWidth.Load(scale + index), TWidth.Load(shift + index));
            TWidth.Store(output + index, value);
        }
    }
}
