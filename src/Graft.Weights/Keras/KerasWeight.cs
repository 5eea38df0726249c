using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>A weight of a Keras model to write.</summary>
/// <param name="Name">The weight's name, <c>layer/kernel</c>.</param>
/// <param name="Shape">The weight's shape in Keras, with as many elements as the tensor.</param>
/// <param name="Tensor">The weight's elements, in the order that Keras expects.</param>
internal sealed record KerasWeight(string Name, Shape Shape, Tensor Tensor);
