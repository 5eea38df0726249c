using Graft.Tensors;
using Graft.Tensors.Kernels.Optimization;

namespace Graft.Layers.Optimizers;

/// <summary>
/// RMSprop: <c>v = a v + (1 - a) g^2</c>, <c>p -= rate * g / (sqrt(v) + epsilon)</c>, with momentum
/// <c>m = momentum * m + g / (sqrt(v) + epsilon)</c>, <c>p -= rate * m</c>. Tieleman and Hinton, "Neural Networks for
/// Machine Learning", lecture 6.5 (2012), with PyTorch's defaults. Weight decay is added to the gradient.
/// </summary>
public sealed class RmsProp : Optimizer
{
    /// <summary>Makes an optimizer for parameters that are all treated alike.</summary>
    /// <inheritdoc cref="RmsProp(IEnumerable{ParameterGroup}, double, double, double, double, double, WorkerPool?)"/>
    public RmsProp(
        IEnumerable<KeyValuePair<string, Parameter>> parameters,
        double learningRate = 1e-2,
        double smoothing = 0.99,
        double momentum = 0,
        double epsilon = 1e-8,
        double weightDecay = 0,
        WorkerPool? workers = null
    )
        : this(OneGroup(parameters), learningRate, smoothing, momentum, epsilon, weightDecay, workers) { }

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters; those that are trainable now are trained.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="smoothing">
    /// Decay of the mean of squared gradients (PyTorch's alpha, Keras's rho); at least 0 and below 1.
    /// </param>
    /// <param name="momentum">
    /// The momentum: the share of the previous update that is added to the next; at least 0 and below 1.
    /// </param>
    /// <param name="epsilon">A small number that keeps the division finite.</param>
    /// <param name="weightDecay">The weight decay; not applied to biases and batch normalisation parameters.</param>
    /// <param name="workers">The worker threads; only the calling thread when null.</param>
    /// <exception cref="ArgumentException">A parameter occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public RmsProp(
        IEnumerable<ParameterGroup> parameters,
        double learningRate = 1e-2,
        double smoothing = 0.99,
        double momentum = 0,
        double epsilon = 1e-8,
        double weightDecay = 0,
        WorkerPool? workers = null
    )
        : base(
            parameters,
            learningRate,
            weightDecay,
            RequireShare(momentum, nameof(momentum)) > 0 ? ["square", "momentum"] : ["square"],
            workers
        )
    {
        Smoothing = RequireShare(smoothing, nameof(smoothing));
        Momentum = momentum;
        Epsilon = RequireFinite(epsilon, nameof(epsilon));
    }

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Smoothing { get; }

    /// <summary>The momentum: the share of the previous update that is added to the next.</summary>
    public double Momentum { get; }

    /// <summary>A small number that keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override string Configuration =>
        FormattableString.Invariant($"rmsprop, smoothing {Smoothing:R}, momentum {Momentum:R}, epsilon {Epsilon:R}");

    private protected override void Update(Slot slot) =>
        Apply(
            new RootMeanSquareRule(LearningRate * slot.RateMultiplier, Smoothing, Momentum, Epsilon, slot.WeightDecay),
            slot
        );
}
