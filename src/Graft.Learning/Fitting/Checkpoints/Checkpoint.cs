using Graft.Weights.Safetensors;

namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>A checkpoint that was found whole. Owns the open file of tensors.</summary>
/// <param name="Number">Its place among the checkpoints of the folder.</param>
/// <param name="State">What it says.</param>
/// <param name="Tensors">Its tensors.</param>
internal sealed record Checkpoint(int Number, CheckpointState State, SafetensorsFile Tensors) : IDisposable
{
    public void Dispose() => Tensors.Dispose();
}
