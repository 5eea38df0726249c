using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Elementwise;

/// <summary><c>1 / (1 + e^-x)</c>.</summary>
internal readonly struct SigmoidFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TWidth, TVector>(TVector value)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var one = TWidth.Broadcast(1);
        return TWidth.Divide(one, TWidth.Add(one, TWidth.Exponential(TWidth.Multiply(TWidth.Broadcast(-1), value))));
    }

    public static float Derivative(float value)
    {
        // The derivative is symmetric, and the exponential of the negative magnitude never overflows.
        var power = MathF.Exp(-MathF.Abs(value));
        return power / ((1 + power) * (1 + power));
    }
}

/// <summary><c>x / (1 + e^-x)</c>.</summary>
internal readonly struct SwishFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TWidth, TVector>(TVector value)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct =>
        TWidth.Divide(
            value,
            TWidth.Add(TWidth.Broadcast(1), TWidth.Exponential(TWidth.Multiply(TWidth.Broadcast(-1), value)))
        );

    public static float Derivative(float value) =>
        WidthScalar.Divide(1, 1 + MathF.Exp(-value)) + (value * SigmoidFunction.Derivative(value));
}

/// <summary><c>min(1, max(0, x / 6 + 1/2))</c>.</summary>
internal readonly struct HardSigmoidFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TWidth, TVector>(TVector value)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct =>
        TWidth.Min(
            TWidth.Broadcast(1),
            TWidth.Max(TWidth.Zero, TWidth.MultiplyAdd(value, TWidth.Broadcast(1f / 6), TWidth.Broadcast(0.5f)))
        );

    public static float Derivative(float value) =>
        value is > -3 and < 3 ? 1f / 6
        : float.IsNaN(value) ? value
        : 0;
}

/// <summary><c>x * min(1, max(0, x / 6 + 1/2))</c>.</summary>
internal readonly struct HardSwishFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TWidth, TVector>(TVector value)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct => TWidth.Multiply(value, HardSigmoidFunction.Apply<TWidth, TVector>(value));

    public static float Derivative(float value) =>
        value <= -3 ? 0
        : value >= 3 ? 1
        : (value / 3) + 0.5f;
}
