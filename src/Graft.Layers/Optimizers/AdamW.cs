using Graft.Tensors;

namespace Graft.Layers.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: <c>p *= 1 - rate * decay</c> before Adam's step, so that the decay of a weight
/// does not depend on its gradients. Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Makes an optimizer for parameters that are all treated alike.</summary>
    /// <inheritdoc/>
    public AdamW(
        IEnumerable<KeyValuePair<string, Parameter>> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 1e-2,
        WorkerPool? workers = null
    )
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, workers) { }

    /// <inheritdoc cref="Adam(IEnumerable{ParameterGroup}, double, double, double, double, double, WorkerPool?)"/>
    public AdamW(
        IEnumerable<ParameterGroup> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 1e-2,
        WorkerPool? workers = null
    )
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, workers) { }

    /// <inheritdoc/>
    public override string Configuration => "decoupled " + base.Configuration;

    private protected override void Update(Slot slot) =>
        Update(slot, 0, 1 - (LearningRate * slot.RateMultiplier * slot.WeightDecay));
}
