using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>F(2x2, 3x3) at the points 0, 1 and -1: additions only.</summary>
internal readonly unsafe struct WinogradTransform2 : IWinogradTransform
{
    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputColumn<TWidth, TVector>(float** rows, nint offset, float* target, nint targetStride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct => Input<TWidth, TVector>(
            TWidth.Load(rows[0] + offset),
            TWidth.Load(rows[1] + offset),
            TWidth.Load(rows[2] + offset),
            TWidth.Load(rows[3] + offset),
            target,
            targetStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputRow<TWidth, TVector>(float* source, nint sourceStride, float* target, nint targetStride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct => Input<TWidth, TVector>(
            TWidth.Load(source),
            TWidth.Load(source + sourceStride),
            TWidth.Load(source + (2 * sourceStride)),
            TWidth.Load(source + (3 * sourceStride)),
            target,
            targetStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TWidth, TVector>(float* source, nint sourceStride, float* target, nint targetStride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var positive = TWidth.Load(source + sourceStride);
        var negative = TWidth.Load(source + (2 * sourceStride));
        TWidth.Store(target, TWidth.Add(TWidth.Load(source), TWidth.Add(positive, negative)));
        TWidth.Store(target + targetStride, TWidth.Add(TWidth.Subtract(positive, negative), TWidth.Load(source + (3 * sourceStride))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input<TWidth, TVector>(TVector d0, TVector d1, TVector d2, TVector d3, float* target, nint stride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        TWidth.Store(target, TWidth.Subtract(d0, d2));
        TWidth.Store(target + stride, TWidth.Add(d1, d2));
        TWidth.Store(target + (2 * stride), TWidth.Subtract(d2, d1));
        TWidth.Store(target + (3 * stride), TWidth.Subtract(d3, d1));
    }
}
