namespace Graft.Tensors.Kernels;

/// <summary>
/// The operations that kernels need from a vector of floats, so that one kernel is written for every vector width.
/// Implementations are empty structs: the compiler makes a version of the kernel for each, with every call inlined.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal unsafe interface IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>The number of floats a vector holds.</summary>
    static abstract int Count { get; }

    /// <summary>All elements zero.</summary>
    static abstract TVector Zero { get; }

    /// <summary>All elements the same.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Reads consecutive floats; no alignment is needed.</summary>
    static abstract TVector Load(float* address);

    /// <summary>Writes consecutive floats; no alignment is needed.</summary>
    static abstract void Store(float* address, TVector value);

    /// <summary><c>left * right + addend</c>, fused if the processor supports it.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The sums of the elements.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>The differences of the elements.</summary>
    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>The products of the elements.</summary>
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>The quotients of the elements.</summary>
    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>The square roots of the elements, correctly rounded.</summary>
    static abstract TVector SquareRoot(TVector value);

    /// <summary>
    /// e to the power of each element, with the same result for every width; accurate to one unit in the last place.
    /// </summary>
    static abstract TVector Exponential(TVector value);

    /// <summary>The larger elements; where <paramref name="value"/> is NaN the result is NaN.</summary>
    static abstract TVector Max(TVector bound, TVector value);

    /// <summary>The smaller elements; where <paramref name="value"/> is NaN the result is NaN.</summary>
    static abstract TVector Min(TVector bound, TVector value);

    /// <summary>The larger elements; where either is NaN the result is NaN. Slower than <see cref="Max"/>.</summary>
    static abstract TVector MaxOrNaN(TVector left, TVector right);

    /// <summary>
    /// <paramref name="value"/> where <paramref name="left"/> is greater than <paramref name="right"/>, else 0.
    /// </summary>
    static abstract TVector WhereGreater(TVector left, TVector right, TVector value);

    /// <summary>
    /// <paramref name="value"/> where <paramref name="left"/> equals <paramref name="right"/>, else 0.
    /// </summary>
    static abstract TVector WhereEqual(TVector left, TVector right, TVector value);
}
