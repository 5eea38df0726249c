using Graft.Tensors;
using Graft.Tensors.Kernels.Optimization;

namespace Graft.Layers.Optimizers;

/// <summary>
/// Adam: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>p -= rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)</c>. Kingma and Ba, "Adam" (2014), algorithm 1.
/// Weight decay is added to the gradient; <see cref="AdamW"/> keeps the two apart.
/// </summary>
public class Adam : Optimizer
{
    /// <summary>Makes an optimizer for parameters that are all treated alike.</summary>
    /// <inheritdoc cref="Adam(IEnumerable{ParameterGroup}, double, double, double, double, double, WorkerPool?)"/>
    public Adam(
        IEnumerable<KeyValuePair<string, Parameter>> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0,
        WorkerPool? workers = null
    )
        : this(OneGroup(parameters), learningRate, beta1, beta2, epsilon, weightDecay, workers) { }

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters; those that are trainable now are trained.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">Decay of the mean of gradients; at least 0 and below 1.</param>
    /// <param name="beta2">Decay of the mean of squared gradients; at least 0 and below 1.</param>
    /// <param name="epsilon">A small number that keeps the division finite.</param>
    /// <param name="weightDecay">The weight decay; not applied to biases and batch normalisation parameters.</param>
    /// <param name="workers">The worker threads; only the calling thread when null.</param>
    /// <exception cref="ArgumentException">A parameter occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public Adam(
        IEnumerable<ParameterGroup> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0,
        WorkerPool? workers = null
    )
        : base(parameters, learningRate, weightDecay, ["first", "second"], workers)
    {
        Beta1 = RequireShare(beta1, nameof(beta1));
        Beta2 = RequireShare(beta2, nameof(beta2));
        Epsilon = RequireFinite(epsilon, nameof(epsilon));
    }

    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; }

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Beta2 { get; }

    /// <summary>A small number that keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override string Configuration =>
        FormattableString.Invariant($"adam, beta1 {Beta1:R}, beta2 {Beta2:R}, epsilon {Epsilon:R}");

    private protected override void Update(Slot slot) => Update(slot, slot.WeightDecay, 1);

    private protected void Update(Slot slot, double decay, double shrink)
    {
        var rate = LearningRate * slot.RateMultiplier / (1 - Math.Pow(Beta1, Steps));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        Apply(new AdamRule(rate, correction, Beta1, Beta2, Epsilon, decay, shrink), slot);
    }
}
