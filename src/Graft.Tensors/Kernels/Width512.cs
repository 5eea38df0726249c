using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Width512 : IVectorWidth<Vector512<float>>
{
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<float>.Count;
    }

    public static Vector512<float> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* address, Vector512<float> value) => value.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(
        Vector512<float> left,
        Vector512<float> right,
        Vector512<float> addend
    ) => Vector512.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> left, Vector512<float> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SquareRoot(Vector512<float> value) => Vector512.Sqrt(value);

    public static Vector512<float> Exponential(Vector512<float> value) => Vector512.Exp(value);

    // MAXPS and MINPS return their second operand if one is NaN; the ARM instructions return NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> bound, Vector512<float> value) =>
        Vector512.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> bound, Vector512<float> value) =>
        Vector512.MinNative(bound, value);

    // NaN is kept; Vector512.Max also orders signed zeros, at three times the cost.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MaxOrNaN(Vector512<float> left, Vector512<float> right) =>
        Vector512.ConditionalSelect(Vector512.Equals(left, left), Vector512.MaxNative(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereGreater(
        Vector512<float> left,
        Vector512<float> right,
        Vector512<float> value
    ) => Vector512.GreaterThan(left, right) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereEqual(Vector512<float> left, Vector512<float> right, Vector512<float> value) =>
        Vector512.Equals(left, right) & value;
}
