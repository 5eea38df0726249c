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
    public static void Input<TWidth, TVector>(float** sources, nint offset, float* target, nint targetStride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var d0 = TWidth.Load(sources[0] + offset);
        var d1 = TWidth.Load(sources[1] + offset);
        var d2 = TWidth.Load(sources[2] + offset);
        var d3 = TWidth.Load(sources[3] + offset);
        TWidth.Store(target, TWidth.Subtract(d0, d2));
        TWidth.Store(target + targetStride, TWidth.Add(d1, d2));
        TWidth.Store(target + (2 * targetStride), TWidth.Subtract(d2, d1));
        TWidth.Store(target + (3 * targetStride), TWidth.Subtract(d3, d1));
    }

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
}
