using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Activations;

/// <summary>Swish, also called SiLU: <c>y = x * sigmoid(x)</c>. Any shape.</summary>
/// <remarks>
/// Ramachandran, Zoph and Le, "Searching for Activation Functions" (2017), with beta 1. With <c>s = sigmoid(x)</c> the
/// gradient is <c>dx = dy * (s + x * s * (1 - s))</c>.
/// </remarks>
public sealed class Swish : Activation
{
    internal override unsafe void Apply(Tensor input, Tensor output, WorkerPool workers) =>
        ActivationKernel.Apply<SwishFunction>(input.Pointer, output.Pointer, input.Length, workers);

    private protected override unsafe void AddGradient(
        Tensor input,
        Tensor outputGradient,
        Tensor inputGradient,
        WorkerPool workers
    ) =>
        ActivationKernel.AddGradient<SwishFunction>(
            input.Pointer,
            outputGradient.Pointer,
            inputGradient.Pointer,
            input.Length,
            workers
        );
}
