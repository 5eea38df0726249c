using Graft.Tensors;

namespace Graft.Weights.TfJs;

/// <summary>One tensor of a TensorFlow.js model, as its manifest describes it.</summary>
/// <param name="Name">The tensor's name, for example <c>conv1/kernel</c>.</param>
/// <param name="ElementType">
/// The type the model computes with: <c>float32</c>, <c>int32</c>, <c>uint8</c> or <c>bool</c>.
/// </param>
/// <param name="Shape">The dimensions, outermost first; elements are stored in row-major order.</param>
/// <param name="Quantization">How elements are stored in fewer bits; null when they are stored as they are.</param>
public sealed record TfJsWeight(string Name, string ElementType, Shape Shape, TfJsQuantization? Quantization)
{
    /// <summary>The type the file stores: the quantized one, or else <see cref="ElementType"/>.</summary>
    public string StoredType => Quantization?.ElementType ?? ElementType;

    /// <summary>How many bytes the tensor takes in the shards.</summary>
    internal Int128 ByteCount => (Int128)Shape.ElementCount * TfJsElements.ByName[StoredType].Size;
}

/// <summary>How stored numbers become those the model computes with: <c>stored * Scale + Minimum</c>.</summary>
/// <param name="ElementType">
/// The type the file stores: <c>uint8</c>, <c>uint16</c>, or <c>float16</c> (with scale 1 and minimum 0).
/// </param>
/// <param name="Scale">The distance between neighbouring numbers.</param>
/// <param name="Minimum">What a stored 0 stands for.</param>
public sealed record TfJsQuantization(string ElementType, double Scale, double Minimum);
