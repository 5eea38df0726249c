using Graft.Tensors;

namespace Graft.Layers.Inference.Steps;

/// <summary>A tensor that flows between steps of a plan.</summary>
/// <param name="Shape">Its shape for one image, without the batch.</param>
/// <param name="Storage">
/// The value whose memory it uses: its own index, or that of the value that it reshapes (flattening copies nothing).
/// </param>
internal sealed record PlanValue(Shape Shape, int Storage);
