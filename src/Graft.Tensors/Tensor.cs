namespace Graft.Tensors;

/// <summary>
/// 32-bit floats in row-major order, contiguous, aligned to 64 bytes, in pooled native memory. Images are NHWC:
/// <c>[batch, height, width, channels]</c>.
/// </summary>
/// <remarks>
/// The creator owns a tensor and disposes it. Using it afterwards throws <see cref="ObjectDisposedException"/>; a span
/// that was taken before must not be used either. A tensor that is never disposed is freed by its finalizer. Reading
/// from several threads is safe; writing is not synchronised.
/// </remarks>
public sealed unsafe class Tensor : IDisposable
{
    private readonly TensorMemory? _memory;

    // Keeps the memory of a view's owner from being freed by the owner's finalizer.
    private readonly Tensor? _owner;
    private float* _data;

    private Tensor(Shape shape, TensorMemory memory)
    {
        if (shape.ElementCount > int.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(shape),
                $"A tensor of shape {shape} has {shape.ElementCount:N0} elements; at most {int.MaxValue:N0} are "
                    + $"supported. Use a smaller batch."
            );
        Shape = shape;
        _memory = memory;
        _data = (float*)memory.Rent(ByteCount);
    }

    private Tensor(Shape shape, Tensor owner, long start)
    {
        Shape = shape;
        _owner = owner;
        _data = owner.Pointer + start;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory of a tensor that was never disposed.</summary>
    ~Tensor() => Release();

    /// <summary>The dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Length => (int)Shape.ElementCount;

    /// <summary>All elements in row-major order; valid until the tensor is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public Span<float> Span => new(Pointer, Length);

    /// <summary>The address of the first element.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    internal float* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data is null, this);
            return _data;
        }
    }

    private long ByteCount => Shape.ElementCount * sizeof(float);

    /// <summary>Makes a tensor whose elements are undefined until they are written.</summary>
    /// <param name="shape">The dimensions; at most <see cref="int.MaxValue"/> elements.</param>
    /// <param name="memory">The pool to allocate from; <see cref="TensorMemory.Shared"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape has too many elements.</exception>
    public static Tensor Uninitialized(Shape shape, TensorMemory? memory = null) =>
        new(shape, memory ?? TensorMemory.Shared);

    /// <summary>Makes a tensor of zeros.</summary>
    /// <inheritdoc cref="Uninitialized"/>
    public static Tensor Zeros(Shape shape, TensorMemory? memory = null)
    {
        var tensor = Uninitialized(shape, memory);
        tensor.Span.Clear();
        return tensor;
    }

    /// <summary>Makes a tensor with a copy of <paramref name="values"/>.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="values">As many values as the shape has elements, in row-major order.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public static Tensor From(Shape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.ElementCount)
            throw new ArgumentException(
                $"{values.Length} values do not fill a tensor of shape {shape}, which has {shape.ElementCount} "
                    + $"elements.",
                nameof(values)
            );
        var tensor = Uninitialized(shape);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>
    /// A view of a part of another tensor's memory. It is valid as long as the other tensor is, and disposing it frees
    /// nothing.
    /// </summary>
    /// <param name="owner">The tensor that owns the memory.</param>
    /// <param name="start">The first element in <paramref name="owner"/>.</param>
    /// <param name="shape">The dimensions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is outside the other tensor.</exception>
    internal static Tensor View(Tensor owner, long start, Shape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + shape.ElementCount, owner.Length, nameof(shape));
        return new Tensor(shape, owner, start);
    }

    /// <summary>Makes a copy that the caller owns.</summary>
    public Tensor Clone() => From(Shape, Span);

    /// <summary>Makes a copy with another shape and the same number of elements, which the caller owns.</summary>
    /// <param name="shape">The new dimensions.</param>
    /// <exception cref="ArgumentException">The shapes differ in their number of elements.</exception>
    public Tensor Reshaped(Shape shape) => From(shape, Span);

    /// <summary>
    /// The elements of <paramref name="count"/> entries of the outermost dimension, starting at
    /// <paramref name="first"/>.
    /// </summary>
    /// <param name="first">The first entry.</param>
    /// <param name="count">The number of entries.</param>
    /// <exception cref="ArgumentOutOfRangeException">The entries are outside the tensor.</exception>
    public Span<float> Rows(int first, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Shape[0] - first);
        var size = Shape[0] == 0 ? 0 : Length / Shape[0];
        return Span.Slice(first * size, count * size);
    }

    /// <summary>Returns the memory to the pool. Calling it again does nothing.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>The shape, for example <c>Tensor [1, 224, 224, 3]</c>.</summary>
    public override string ToString() => $"Tensor {Shape}";

    private void Release()
    {
        var data = _data;
        _data = null;
        if (data is not null)
            _memory?.Return(data, ByteCount);
    }
}
