using Graft.Tensors;

namespace Graft.Weights.PyTorch;

/// <summary>One tensor of a PyTorch state file.</summary>
/// <param name="Name">The tensor's name, for example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="ElementType">
/// The type of the stored elements as PyTorch names it, for example <c>Float</c> or <c>BFloat16</c>.
/// </param>
/// <param name="Shape">The dimensions, outermost first.</param>
public sealed record PyTorchEntry(string Name, string ElementType, Shape Shape);
