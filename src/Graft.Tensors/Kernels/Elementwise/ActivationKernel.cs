using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>Activation functions of all elements, vectorised and shared out among the threads.</summary>
internal static unsafe class ActivationKernel
{
    /// <summary>Elements that one task works on.</summary>
    private const int TaskLength = 1 << 14;

    /// <summary><c>output = f(input)</c>; output may be the input.</summary>
    public static void Apply<TFunction>(float* input, float* output, int length, WorkerPool workers)
        where TFunction : struct, IActivationFunction => ForEachPart(length, workers, (start, count) =>
        {
            if (Vector512.IsHardwareAccelerated)
                Part<TFunction, Width512, Vector512<float>>(input + start, output + start, count);
            else if (Vector256.IsHardwareAccelerated)
                Part<TFunction, Width256, Vector256<float>>(input + start, output + start, count);
            else
                Part<TFunction, Width128, Vector128<float>>(input + start, output + start, count);
        });

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

    /// <summary>The function of consecutive elements, with vectors of one width.</summary>
    internal static void Part<TFunction, TWidth, TVector>(float* input, float* output, int length)
        where TFunction : struct, IActivationFunction
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var i = 0;
        for (; i + TWidth.Count <= length; i += TWidth.Count)
            TWidth.Store(output + i, TFunction.Apply<TWidth, TVector>(TWidth.Load(input + i)));
        for (; i < length; i++)
            output[i] = TFunction.Apply<WidthScalar, float>(input[i]);
    }

    private static void ForEachPart(int length, WorkerPool workers, Action<int, int> part) =>
        workers.Run((length + TaskLength - 1) / TaskLength, (task, _) =>
            part(task * TaskLength, Math.Min(TaskLength, length - (task * TaskLength)))
        );
}
