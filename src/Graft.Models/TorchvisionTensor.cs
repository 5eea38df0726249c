using Graft.Layers;
using Graft.Tensors;
using Graft.Weights;

namespace Graft.Models;

/// <summary>
/// A parameter's place in a file of weights that has PyTorch's names and orders. Thread-safe as far as the parameter
/// is.
/// </summary>
public sealed class TorchvisionTensor
{
    private readonly (int Taps, int Inputs, int Outputs)? _kernel;

    /// <param name="name">The name in the file.</param>
    /// <param name="otherNames">Names that older files, or timm's, have for it.</param>
    /// <param name="shape">The shape in the file.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="kernel">
    /// How many taps, inputs and outputs a kernel has; null for what is in the same order on both sides.
    /// </param>
    internal TorchvisionTensor(
        string name,
        IReadOnlyList<string> otherNames,
        Shape shape,
        Parameter parameter,
        (int Taps, int Inputs, int Outputs)? kernel
    )
    {
        Name = name;
        OtherNames = otherNames;
        Shape = shape;
        Parameter = parameter;
        _kernel = kernel;
    }

    /// <summary>The name in the file.</summary>
    public string Name { get; }

    /// <summary>Names that older files, or timm's, have for it.</summary>
    public IReadOnlyList<string> OtherNames { get; }

    /// <summary>
    /// The shape in the file: kernels <c>[outputs, inputs, height, width]</c>, matrices <c>[outputs, inputs]</c>.
    /// </summary>
    public Shape Shape { get; }

    /// <summary>The parameter of the network.</summary>
    public Parameter Parameter { get; }

    /// <summary>Finds the name that a file has for it.</summary>
    /// <param name="shapeOf">Tells the shape of a tensor of the file, null when there is none with that name.</param>
    /// <returns>One of its names, or null when the file has none of them.</returns>
    public string? NameIn(Func<string, Shape?> shapeOf)
    {
        ArgumentNullException.ThrowIfNull(shapeOf);
        return shapeOf(Name) is not null ? Name : OtherNames.FirstOrDefault(name => shapeOf(name) is not null);
    }

    /// <summary>
    /// Whether a tensor of a shape can be read for another: the same, or with ones behind it, as a matrix has that is
    /// kept as a pointwise kernel.
    /// </summary>
    internal static bool Fits(Shape found, Shape expected) =>
        found == expected
        || (
            found.Rank > expected.Rank
            && found.Dimensions[..expected.Rank].SequenceEqual(expected.Dimensions)
            && found.ElementCount == expected.ElementCount
        );

    /// <summary>Fills the parameter with the file's values.</summary>
    /// <param name="values">As many values as the shape has, in the file's order.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public void Read(ReadOnlySpan<float> values)
    {
        RequireLength(values.Length);
        if (_kernel is var (taps, inputs, outputs))
            KernelLayout.FromChannelsFirst(values, Parameter.Value.Span, taps, inputs, outputs);
        else
            values.CopyTo(Parameter.Value.Span);
    }

    /// <summary>Gives the parameter's values in the file's order.</summary>
    /// <param name="values">Gets as many values as the shape has.</param>
    /// <exception cref="ArgumentException">There is room for more or fewer.</exception>
    public void Write(Span<float> values)
    {
        RequireLength(values.Length);
        if (_kernel is var (taps, inputs, outputs))
            KernelLayout.ToChannelsFirst(Parameter.Value.Span, values, taps, inputs, outputs);
        else
            Parameter.Value.Span.CopyTo(values);
    }

    private void RequireLength(int length)
    {
        if (length != Shape.ElementCount)
            throw new ArgumentException($"Tensor '{Name}' has the shape {Shape}, which {length} values do not fill.");
    }
}
