using Graft.Layers;
using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>Maps a weight of a Keras model to a parameter. Both have their elements in the same order.</summary>
/// <param name="Name">The weight's name, <c>layer/kernel</c>.</param>
/// <param name="Shape">The weight's shape in Keras.</param>
/// <param name="Parameter">The parameter that gets the weight's elements.</param>
internal sealed record KerasSlot(string Name, Shape Shape, Parameter Parameter);
