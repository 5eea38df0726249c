using Graft.Layers;
using Graft.Tensors;
using Graft.Weights;

namespace Graft.Models;

/// <summary>
/// A parameter as it is stored in a weights file with torchvision's names and PyTorch's axis orders. As thread-safe as
/// the parameter.
/// </summary>
public sealed class TorchvisionTensor
{
    private readonly (int Taps, int Inputs, int Outputs)? _kernel;

    /// <param name="name">The name in the file.</param>
    /// <param name="otherNames">The names in older files, or in timm's.</param>
    /// <param name="shape">The shape in the file.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="kernel">
    /// The numbers of taps, inputs and outputs of a kernel; null if the order is the same in the file and the network.
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

    /// <summary>The names in older files, or in timm's.</summary>
    public IReadOnlyList<string> OtherNames { get; }

    /// <summary>
    /// The shape in the file: kernels <c>[outputs, inputs, height, width]</c>, matrices <c>[outputs, inputs]</c>.
    /// </summary>
    public Shape Shape { get; }

    /// <summary>The parameter of the network.</summary>
    public Parameter Parameter { get; }

    /// <summary>Finds the name that a file has for the parameter.</summary>
    /// <param name="shapeOf">Returns the shape of a tensor of the file; null if there is none with that name.</param>
    /// <returns>One of the parameter's names; null if the file has none of them.</returns>
    public string? NameIn(Func<string, Shape?> shapeOf)
    {
        ArgumentNullException.ThrowIfNull(shapeOf);
        return shapeOf(Name) is not null ? Name : OtherNames.FirstOrDefault(name => shapeOf(name) is not null);
    }

    /// <summary>
    /// Whether a tensor with the found shape can be read as the expected shape: the shapes are equal, or the found one
    /// has trailing dimensions of 1, as when a matrix is stored as a pointwise kernel.
    /// </summary>
    internal static bool Fits(Shape found, Shape expected) =>
        found == expected
        || (
            found.Rank > expected.Rank
            && found.Dimensions[..expected.Rank].SequenceEqual(expected.Dimensions)
            && found.ElementCount == expected.ElementCount
        );

    /// <summary>Fills the parameter with the file's values.</summary>
    /// <param name="values">The values in the file's order, one for each element of <see cref="Shape"/>.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than elements.</exception>
    public void Read(ReadOnlySpan<float> values)
    {
        RequireLength(values.Length);
        if (_kernel is var (taps, inputs, outputs))
            KernelLayout.FromChannelsFirst(values, Parameter.Value.Span, taps, inputs, outputs);
        else
            values.CopyTo(Parameter.Value.Span);
    }

    /// <summary>Copies the parameter's values out, in the file's order.</summary>
    /// <param name="values">The destination, with one value for each element of <see cref="Shape"/>.</param>
    /// <exception cref="ArgumentException">The destination has more or fewer values than elements.</exception>
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
            throw new ArgumentException($"{length} values do not fill tensor '{Name}', which has the shape {Shape}.");
    }
}
