using Graft.Weights.Safetensors;

namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>A complete checkpoint that was read. Owns the open file of tensors.</summary>
/// <param name="Number">The number of the checkpoint in its folder.</param>
/// <param name="State">The state without tensors.</param>
/// <param name="Tensors">Its tensors.</param>
internal sealed record Checkpoint(int Number, CheckpointState State, SafetensorsFile Tensors) : IDisposable
{
    public void Dispose() => Tensors.Dispose();
}
