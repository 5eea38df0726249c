using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Activations;

/// <summary>Logistic function: <c>y = 1 / (1 + e^-x)</c>, from 0 to 1. Any shape.</summary>
/// <remarks>The gradient is <c>dx = dy * y * (1 - y)</c>.</remarks>
public sealed class Sigmoid : Activation
{
    internal override unsafe void Apply(Tensor input, Tensor output, WorkerPool workers) =>
        ActivationKernel.Apply<SigmoidFunction>(input.Pointer, output.Pointer, input.Length, workers);

    private protected override unsafe void AddGradient(
        Tensor input,
        Tensor outputGradient,
        Tensor inputGradient,
        WorkerPool workers
    ) =>
        ActivationKernel.AddGradient<SigmoidFunction>(
            input.Pointer,
            outputGradient.Pointer,
            inputGradient.Pointer,
            input.Length,
            workers
        );
}
