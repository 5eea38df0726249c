using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels;

/// <summary>Eight floats: AVX2.</summary>
internal readonly unsafe struct Width256 : IVectorWidth<Vector256<float>>
{
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<float>.Count;
    }

    public static Vector256<float> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* address, Vector256<float> value) => value.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(
        Vector256<float> left,
        Vector256<float> right,
        Vector256<float> addend
    ) => Vector256.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> left, Vector256<float> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SquareRoot(Vector256<float> value) => Vector256.Sqrt(value);

    public static Vector256<float> Exponential(Vector256<float> value) => Vector256.Exp(value);

    // MAXPS and MINPS return their second operand if one is NaN; the ARM instructions return NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> bound, Vector256<float> value) =>
        Vector256.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> bound, Vector256<float> value) =>
        Vector256.MinNative(bound, value);

    // NaN is kept; Vector256.Max also orders signed zeros, at three times the cost.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MaxOrNaN(Vector256<float> left, Vector256<float> right) =>
        Vector256.ConditionalSelect(Vector256.Equals(left, left), Vector256.MaxNative(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereGreater(
        Vector256<float> left,
        Vector256<float> right,
        Vector256<float> value
    ) => Vector256.GreaterThan(left, right) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereEqual(Vector256<float> left, Vector256<float> right, Vector256<float> value) =>
        Vector256.Equals(left, right) & value;
}
