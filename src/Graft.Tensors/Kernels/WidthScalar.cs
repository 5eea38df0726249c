using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels;

/// <summary>One float: for processors without accelerated vectors, and for testing.</summary>
internal readonly unsafe struct WidthScalar : IVectorWidth<float>
{
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static float Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* address) => *address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* address, float value) => *address = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) =>
        float.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float left, float right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquareRoot(float value) => MathF.Sqrt(value);

    // The same algorithm as for vectors, on one element: MathF gives different bits.
    public static float Exponential(float value) => Vector128.Exp(Vector128.CreateScalar(value)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float bound, float value) => bound > value ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float bound, float value) => bound < value ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOrNaN(float left, float right) => MathF.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereGreater(float left, float right, float value) => left > right ? value : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereEqual(float left, float right, float value) => left == right ? value : 0;
}
