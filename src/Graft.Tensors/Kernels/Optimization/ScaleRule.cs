using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>Multiplies each gradient by a factor: values and gradients are the same array.</summary>
internal readonly struct ScaleRule(float factor) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct => value = TWidth.Multiply(gradient, TWidth.Broadcast(factor));
}
