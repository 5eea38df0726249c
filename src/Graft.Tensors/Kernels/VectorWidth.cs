using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels;

/// <summary>Chooses the vector width for all kernels: the widest that this processor accelerates.</summary>
/// <remarks>The conditions are constants for the JIT compiler, which removes the branches that are not taken.</remarks>
internal static class VectorWidth
{
    /// <summary>The number of floats in the widest vector.</summary>
    public static int Widest =>
        Vector512.IsHardwareAccelerated ? 16
        : Vector256.IsHardwareAccelerated ? 8
        : Vector128.IsHardwareAccelerated ? 4
        : 1;

    /// <summary>The implementation for the widest vector.</summary>
    /// <param name="implementations">The implementations for 1, 4, 8 and 16 floats.</param>
    public static T Choose<T>(IReadOnlyList<T> implementations) =>
        implementations[
            Widest switch
            {
                16 => 3,
                8 => 2,
                4 => 1,
                _ => 0,
            }
        ];

    /// <summary>Runs a kernel on all elements: whole vectors first, then the remaining elements one by one.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="kernel">The computation.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ForEach<TKernel>(int length, TKernel kernel)
        where TKernel : struct, IVectorKernel
    {
        if (Vector512.IsHardwareAccelerated)
            ForEach<TKernel, Width512, Vector512<float>>(length, kernel);
        else if (Vector256.IsHardwareAccelerated)
            ForEach<TKernel, Width256, Vector256<float>>(length, kernel);
        else
            ForEach<TKernel, Width128, Vector128<float>>(length, kernel);
    }

    /// <summary>Runs a kernel on all elements with vectors of a given width.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="kernel">The computation.</param>
    public static void ForEach<TKernel, TWidth, TVector>(int length, TKernel kernel)
        where TKernel : struct, IVectorKernel
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var index = 0;
        for (; index + TWidth.Count <= length; index += TWidth.Count)
            kernel.Run<TWidth, TVector>(index);
        for (; index < length; index++)
            kernel.Run<WidthScalar, float>(index);
    }
}
