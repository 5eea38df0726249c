using Graft.Tensors;

namespace Graft.Testing;

/// <summary>An array of doubles with a shape, for oracles: slow and obvious.</summary>
public sealed class DoubleTensor
{
    /// <summary>Makes an array of zeros.</summary>
    public DoubleTensor(params ReadOnlySpan<int> dimensions)
        : this(new Shape(dimensions)) { }

    /// <summary>Makes an array of zeros.</summary>
    public DoubleTensor(Shape shape)
    {
        Shape = shape;
        Values = new double[shape.ElementCount];
    }

    /// <summary>The dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>All values in row-major order.</summary>
    public double[] Values { get; }

    /// <summary>An element of an array of four dimensions.</summary>
    public ref double this[int first, int second, int third, int fourth] =>
        ref Values[(((((first * Shape[1]) + second) * Shape[2]) + third) * Shape[3]) + fourth];

    /// <summary>An element of a matrix.</summary>
    public ref double this[int row, int column] => ref Values[(row * Shape[1]) + column];

    /// <summary>The same values in double precision.</summary>
    public static DoubleTensor From(Tensor tensor)
    {
        var copy = new DoubleTensor(tensor.Shape);
        for (var i = 0; i < copy.Values.Length; i++)
            copy.Values[i] = tensor.Span[i];
        return copy;
    }
}
