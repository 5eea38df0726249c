using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Activations;

/// <summary>Piecewise linear approximation of the sigmoid: <c>y = min(6, max(0, x + 3)) / 6</c>. Any shape.</summary>
/// <remarks>
/// As in Howard et al., "Searching for MobileNetV3" (2019). The gradient is <c>dx = dy / 6</c> where <c>-3 &lt; x &lt;
/// 3</c>, otherwise 0.
/// </remarks>
public sealed class HardSigmoid : Activation
{
    internal override unsafe void Apply(Tensor input, Tensor output, WorkerPool workers) =>
        ActivationKernel.Apply<HardSigmoidFunction>(input.Pointer, output.Pointer, input.Length, workers);

    private protected override unsafe void AddGradient(
        Tensor input,
        Tensor outputGradient,
        Tensor inputGradient,
        WorkerPool workers
    ) =>
        ActivationKernel.AddGradient<HardSigmoidFunction>(
            input.Pointer,
            outputGradient.Pointer,
            inputGradient.Pointer,
            input.Length,
            workers
        );
}
