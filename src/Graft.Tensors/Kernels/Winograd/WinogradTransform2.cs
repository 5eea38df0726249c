using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>F(2x2, 3x3) at the points 0, a and -a of the large tile.</summary>
internal readonly unsafe struct WinogradTransform2 : IWinogradTransform
{
    private const float A = WinogradTile.InnerPoint;
    private const float A2 = A * A;
    private const float B2 = WinogradTile.OuterPoint * WinogradTile.OuterPoint;

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
        TWidth.Store(
            target,
            TWidth.MultiplyAdd(
                TWidth.Broadcast(A2 * B2),
                TWidth.Load(source0),
                TWidth.Multiply(TWidth.Broadcast(-B2), d2)
            )
        );
        var even = TWidth.Multiply(TWidth.Broadcast(A2 - B2), d2);
        TWidth.Store(target + targetStride, TWidth.MultiplyAdd(TWidth.Broadcast((A2 - B2) * A), d1, even));
        TWidth.Store(target + (2 * targetStride), TWidth.MultiplyAdd(TWidth.Broadcast((B2 - A2) * A), d1, even));
        TWidth.Store(target + (5 * targetStride), TWidth.MultiplyAdd(TWidth.Broadcast(-A2), d1, TWidth.Load(source3)));
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
        TWidth.Store(target, TWidth.Add(TWidth.Load(source0), TWidth.Add(positive, negative)));
        TWidth.Store(
            target + targetStride,
            TWidth.MultiplyAdd(TWidth.Broadcast(A), TWidth.Subtract(positive, negative), TWidth.Load(source5))
        );
    }
}
