using System.Diagnostics.CodeAnalysis;

namespace Graft.Tensors;

/// <summary>
/// The dimensions of a <see cref="Tensor"/>, outermost first; images are <c>[batch, height, width, channels]</c>.
/// Immutable and compared by value. Every dimension is zero or more and the product fits in <see cref="long"/>.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int[]? _dimensions;

    /// <summary>Makes a shape with the given dimensions, which are copied.</summary>
    /// <param name="dimensions">Each dimension, outermost first; none for a scalar.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or the product overflows.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        var count = 1L;
        foreach (var dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(dimensions));
            try
            {
                count = checked(count * dimension);
            }
            catch (OverflowException)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dimensions),
                    $"The shape [{string.Join(", ", dimensions.ToArray())}] has more elements than can be counted."
                );
            }
        }

        _dimensions = dimensions.ToArray();
        ElementCount = count;
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dimensions?.Length ?? 0;

    /// <summary>
    /// The product of all dimensions; 1 for a scalar. The default value of this type is an empty shape with 0 elements.
    /// </summary>
    public long ElementCount { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>One dimension; the index may be counted from the end.</summary>
    public int this[Index index] => Dimensions[index];

    /// <summary>The same shape with another outermost dimension (the batch).</summary>
    /// <param name="batch">The new outermost dimension.</param>
    /// <exception cref="InvalidOperationException">The shape has no dimensions.</exception>
    public Shape WithBatch(int batch)
    {
        if (Rank == 0)
            throw new InvalidOperationException("A scalar shape has no batch dimension to replace.");
        var dimensions = Dimensions.ToArray();
        dimensions[0] = batch;
        return new Shape(dimensions);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions) && ElementCount == other.ElementCount;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var dimension in Dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>The dimensions in brackets, for example <c>[1, 224, 224, 3]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Dimensions.ToArray())}]";

    /// <summary>Whether two shapes have the same dimensions.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ in a dimension.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
