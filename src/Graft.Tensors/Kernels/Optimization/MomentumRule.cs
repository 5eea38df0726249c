using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// Gradient descent: <c>g += decay * p</c>, <c>m = momentum * m + g</c>, <c>p -= rate * m</c>; with Nesterov momentum
/// <c>g + momentum * m</c> replaces <c>m</c> in the last equation. First array: m; none without momentum.
/// </summary>
internal readonly struct MomentumRule(float rate, float momentum, float decay, bool nesterov) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var whole = TWidth.MultiplyAdd(TWidth.Broadcast(decay), value, gradient);
        first = TWidth.MultiplyAdd(TWidth.Broadcast(momentum), first, whole);
        var direction = nesterov ? TWidth.MultiplyAdd(TWidth.Broadcast(momentum), first, whole) : first;
        value = TWidth.MultiplyAdd(TWidth.Broadcast(-rate), direction, value);
    }
}
