using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels;

/// <summary>Four floats: SSE and ARM64.</summary>
internal readonly unsafe struct Width128 : IVectorWidth<Vector128<float>>
{
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<float>.Count;
    }

    public static Vector128<float> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* address) => Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* address, Vector128<float> value) => value.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(
        Vector128<float> left,
        Vector128<float> right,
        Vector128<float> addend
    ) => Vector128.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> left, Vector128<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> left, Vector128<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> left, Vector128<float> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SquareRoot(Vector128<float> value) => Vector128.Sqrt(value);

    public static Vector128<float> Exponential(Vector128<float> value) => Vector128.Exp(value);

    // MAXPS and MINPS return their second operand if one is NaN; the ARM instructions return NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> bound, Vector128<float> value) =>
        Vector128.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> bound, Vector128<float> value) =>
        Vector128.MinNative(bound, value);

    // NaN is kept; Vector128.Max also orders signed zeros, at three times the cost.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MaxOrNaN(Vector128<float> left, Vector128<float> right) =>
        Vector128.ConditionalSelect(Vector128.Equals(left, left), Vector128.MaxNative(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereGreater(
        Vector128<float> left,
        Vector128<float> right,
        Vector128<float> value
    ) => Vector128.GreaterThan(left, right) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereEqual(Vector128<float> left, Vector128<float> right, Vector128<float> value) =>
        Vector128.Equals(left, right) & value;
}
