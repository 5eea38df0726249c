using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// Moves each value towards another by a share of the difference: <c>v += share * (w - v)</c>, where w takes the place
/// of the gradient. Equal values stay the same, bit for bit.
/// </summary>
internal readonly struct ApproachRule(float share) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct =>
        value = TWidth.Add(value, TWidth.Multiply(TWidth.Broadcast(share), TWidth.Subtract(gradient, value)));
}
