using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>A weight of a Keras model that is written.</summary>
/// <param name="Name">Its name, <c>layer/kernel</c>.</param>
/// <param name="Shape">Its shape there, of as many elements as the tensor in the same order.</param>
/// <param name="Tensor">Its elements.</param>
internal sealed record KerasWeight(string Name, Shape Shape, Tensor Tensor);
