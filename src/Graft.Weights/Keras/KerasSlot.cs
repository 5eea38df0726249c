using Graft.Layers;
using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>Where a weight of a Keras model goes: elements lie in the same order on both sides.</summary>
/// <param name="Name">The weight's name, <c>layer/kernel</c>.</param>
/// <param name="Shape">Its shape there.</param>
/// <param name="Parameter">The parameter that gets its elements.</param>
internal sealed record KerasSlot(string Name, Shape Shape, Parameter Parameter);
