using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Activations;

/// <summary>Swish with a piecewise linear sigmoid: <c>y = x * min(6, max(0, x + 3)) / 6</c>. Any shape.</summary>
/// <remarks>
/// Howard et al., "Searching for MobileNetV3" (2019), section 5.2. The gradient is <c>dx = 0 where x &lt;= -3, dy where
/// x &gt;= 3, else dy * (x / 3 + 1/2)</c>.
/// </remarks>
public sealed class HardSwish : Activation
{
    internal override unsafe void Apply(Tensor input, Tensor output, WorkerPool workers) =>
        ActivationKernel.Apply<HardSwishFunction>(input.Pointer, output.Pointer, input.Length, workers);

    private protected override unsafe void AddGradient(
        Tensor input,
        Tensor outputGradient,
        Tensor inputGradient,
        WorkerPool workers
    ) =>
        ActivationKernel.AddGradient<HardSwishFunction>(
            input.Pointer,
            outputGradient.Pointer,
            inputGradient.Pointer,
            input.Length,
            workers
        );
}
