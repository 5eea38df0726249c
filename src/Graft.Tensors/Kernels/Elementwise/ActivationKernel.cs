using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>Applies activation functions to all elements, vectorised and divided among the threads.</summary>
internal static unsafe class ActivationKernel
{
    /// <summary>The number of elements in a task.</summary>
    private const int TaskLength = 1 << 14;

    /// <summary><c>output = f(input)</c>; output may be the input.</summary>
    public static void Apply<TFunction>(float* input, float* output, int length, WorkerPool workers)
        where TFunction : struct, IActivationFunction =>
        ForEachPart(length, workers, (start, count) =>
            VectorWidth.ForEach(count, new Function<TFunction>(input + start, output + start))
        );

    /// <summary><c>inputGradient += outputGradient * f'(input)</c>.</summary>
    public static void AddGradient<TFunction>(
        float* input,
        float* outputGradient,
        float* inputGradient,
        int length,
        WorkerPool workers
    )
        where TFunction : struct, IActivationFunction => ForEachPart(length, workers, (start, count) =>
        {
            for (var i = start; i < start + count; i++)
                inputGradient[i] += outputGradient[i] * TFunction.Derivative(input[i]);
        });

    private static void ForEachPart(int length, WorkerPool workers, Action<int, int> part) =>
        workers.Run((length + TaskLength - 1) / TaskLength, (task, _) =>
            part(task * TaskLength, Math.Min(TaskLength, length - (task * TaskLength)))
        );

    /// <summary>Applies the function to consecutive elements.</summary>
    internal readonly struct Function<TFunction>(float* input, float* output) : IVectorKernel
        where TFunction : struct, IActivationFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct =>
            TWidth.Store(output + index, TFunction.Apply<TWidth, TVector>(TWidth.Load(input + index)));
    }
}
