using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>F(3x3, 3x3) at the points 0, a, -a and b of the large tile.</summary>
internal readonly unsafe struct WinogradTransform3 : IWinogradTransform
{
    private const float A = WinogradTile.InnerPoint;
    private const float A2 = A * A;
    private const float B = WinogradTile.OuterPoint;
    private const float B2 = B * B;

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TWidth, TVector>(
        float* source0,
        float* source1,
        float* source2,
        float* source3,
        float* source4,
        float* source5,
        float* target,
        nint targetStride
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var d1 = TWidth.Load(source1);
        var d2 = TWidth.Load(source2);
        var d3 = TWidth.Load(source3);
        var first = TWidth.MultiplyAdd(TWidth.Broadcast(-A2), TWidth.Load(source0), d2);
        var second = TWidth.MultiplyAdd(TWidth.Broadcast(-A2), d1, d3);
        var third = TWidth.MultiplyAdd(TWidth.Broadcast(-A2), d2, TWidth.Load(source4));
        TWidth.Store(
            target,
            TWidth.MultiplyAdd(TWidth.Broadcast(-B2), first, TWidth.Multiply(TWidth.Broadcast(B), second))
        );
        TWidth.Store(target + (3 * targetStride), TWidth.Multiply(TWidth.Broadcast(2 * B), second));
        TWidth.Store(target + (5 * targetStride), TWidth.MultiplyAdd(TWidth.Broadcast(-B), second, third));
        var even = TWidth.MultiplyAdd(TWidth.Broadcast(-B), d2, d3);
        var odd = TWidth.MultiplyAdd(TWidth.Broadcast(-B), d1, d2);
        TWidth.Store(
            target + targetStride,
            TWidth.MultiplyAdd(TWidth.Broadcast(B + A), even, TWidth.Multiply(TWidth.Broadcast((B + A) * A), odd))
        );
        TWidth.Store(
            target + (2 * targetStride),
            TWidth.MultiplyAdd(TWidth.Broadcast(B - A), even, TWidth.Multiply(TWidth.Broadcast((A - B) * A), odd))
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TWidth, TVector>(
        float* source0,
        float* source1,
        float* source2,
        float* source3,
        float* source4,
        float* source5,
        float* target,
        nint targetStride
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var positive = TWidth.Load(source1);
        var negative = TWidth.Load(source2);
        var even = TWidth.Add(positive, negative);
        var odd = TWidth.Subtract(positive, negative);
        var outer = TWidth.Load(source3);
        TWidth.Store(target, TWidth.Add(TWidth.Add(TWidth.Load(source0), even), outer));
        TWidth.Store(
            target + targetStride,
            TWidth.MultiplyAdd(TWidth.Broadcast(A), odd, TWidth.Multiply(TWidth.Broadcast(B), outer))
        );
        TWidth.Store(
            target + (2 * targetStride),
            TWidth.MultiplyAdd(
                TWidth.Broadcast(A2),
                even,
                TWidth.MultiplyAdd(TWidth.Broadcast(B2), outer, TWidth.Load(source5))
            )
        );
    }
}
