using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// F(4x4, 3x3) at the points 0, a, -a, b, -b. Opposite points share the sums of the even and of the odd terms.
/// </summary>
internal readonly unsafe struct WinogradTransform4 : IWinogradTransform
{
    private const float A = WinogradTile.InnerPoint;
    private const float A2 = A * A;
    private const float A3 = A * A * A;
    private const float B = WinogradTile.OuterPoint;
    private const float B2 = B * B;
    private const float B3 = B * B * B;

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
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
        var d0 = TWidth.Load(source0);
        var d1 = TWidth.Load(source1);
        var d2 = TWidth.Load(source2);
        var d3 = TWidth.Load(source3);
        var d4 = TWidth.Load(source4);
        var d5 = TWidth.Load(source5);
        var product = TWidth.Broadcast(A2 * B2);
        var sum = TWidth.Broadcast(-(A2 + B2));
        TWidth.Store(target, TWidth.MultiplyAdd(product, d0, TWidth.MultiplyAdd(sum, d2, d4)));
        TWidth.Store(target + (5 * targetStride), TWidth.MultiplyAdd(product, d1, TWidth.MultiplyAdd(sum, d3, d5)));
        var even = TWidth.MultiplyAdd(TWidth.Broadcast(-B2), d2, d4);
        var odd = TWidth.MultiplyAdd(TWidth.Broadcast(-B2), d1, d3);
        TWidth.Store(target + targetStride, TWidth.MultiplyAdd(TWidth.Broadcast(A), odd, even));
        TWidth.Store(target + (2 * targetStride), TWidth.MultiplyAdd(TWidth.Broadcast(-A), odd, even));
        even = TWidth.MultiplyAdd(TWidth.Broadcast(-A2), d2, d4);
        odd = TWidth.MultiplyAdd(TWidth.Broadcast(-A2), d1, d3);
        TWidth.Store(target + (3 * targetStride), TWidth.MultiplyAdd(TWidth.Broadcast(B), odd, even));
        TWidth.Store(target + (4 * targetStride), TWidth.MultiplyAdd(TWidth.Broadcast(-B), odd, even));
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
        var evenInner = TWidth.Add(positive, negative);
        var oddInner = TWidth.Subtract(positive, negative);
        positive = TWidth.Load(source3);
        negative = TWidth.Load(source4);
        var evenOuter = TWidth.Add(positive, negative);
        var oddOuter = TWidth.Subtract(positive, negative);
        TWidth.Store(target, TWidth.Add(TWidth.Add(TWidth.Load(source0), evenInner), evenOuter));
        TWidth.Store(
            target + targetStride,
            TWidth.MultiplyAdd(TWidth.Broadcast(A), oddInner, TWidth.Multiply(TWidth.Broadcast(B), oddOuter))
        );
        TWidth.Store(
            target + (2 * targetStride),
            TWidth.MultiplyAdd(TWidth.Broadcast(A2), evenInner, TWidth.Multiply(TWidth.Broadcast(B2), evenOuter))
        );
        TWidth.Store(
            target + (3 * targetStride),
            TWidth.MultiplyAdd(
                TWidth.Broadcast(A3),
                oddInner,
                TWidth.MultiplyAdd(TWidth.Broadcast(B3), oddOuter, TWidth.Load(source5))
            )
        );
    }
}
