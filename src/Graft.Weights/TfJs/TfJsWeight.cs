using Graft.Tensors;

namespace Graft.Weights.TfJs;

/// <summary>One tensor of a TensorFlow.js model, as its manifest describes it.</summary>
/// <param name="Name">The tensor's name, for example <c>conv1/kernel</c>.</param>
/// <param name="ElementType">
/// The type that the model computes with: <c>float32</c>, <c>int32</c>, <c>uint8</c> or <c>bool</c>.
/// </param>
/// <param name="Shape">The dimensions, outermost first; elements are stored in row-major order.</param>
/// <param name="Quantization">The quantisation of the stored elements; null when they are not quantised.</param>
public sealed record TfJsWeight(string Name, string ElementType, Shape Shape, TfJsQuantization? Quantization)
{
    /// <summary>The type of the stored elements: that of the quantisation, or else <see cref="ElementType"/>.</summary>
    public string StoredType => Quantization?.ElementType ?? ElementType;

    /// <summary>Size of the tensor in the shards, in bytes.</summary>
    internal Int128 ByteCount => (Int128)Shape.ElementCount * TfJsElements.ByName[StoredType].Size;
}

/// <summary>How stored numbers are converted to values: <c>stored * Scale + Minimum</c>.</summary>
/// <param name="ElementType">
/// The type of the stored elements: <c>uint8</c>, <c>uint16</c>, or <c>float16</c> (with scale 1 and minimum 0).
/// </param>
/// <param name="Scale">The difference between the values of neighbouring stored integers.</param>
/// <param name="Minimum">The value of a stored 0.</param>
public sealed record TfJsQuantization(string ElementType, double Scale, double Minimum);
