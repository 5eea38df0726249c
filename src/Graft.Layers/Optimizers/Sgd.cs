using Graft.Tensors;
using Graft.Tensors.Kernels.Optimization;

namespace Graft.Layers.Optimizers;

/// <summary>
/// Stochastic gradient descent: <c>g += decay * p</c>, <c>m = momentum * m + g</c>, <c>p -= rate * m</c>. With Nesterov
/// momentum, <c>g + momentum * m</c> replaces m in the last equation. Sutskever et al., "On the importance of
/// initialization and momentum" (2013), in PyTorch's form: the rate is applied outside m, so that changing the rate
/// does not change the scale of m.
/// </summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Makes an optimizer for parameters that are all treated alike.</summary>
    /// <inheritdoc cref="Sgd(IEnumerable{ParameterGroup}, double, double, bool, double, WorkerPool?)"/>
    public Sgd(
        IEnumerable<KeyValuePair<string, Parameter>> parameters,
        double learningRate,
        double momentum = 0,
        bool nesterov = false,
        double weightDecay = 0,
        WorkerPool? workers = null
    )
        : this(OneGroup(parameters), learningRate, momentum, nesterov, weightDecay, workers) { }

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters; those that are trainable now are trained.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="momentum">
    /// The momentum: the share of the previous update that is added to the next; at least 0 and below 1.
    /// </param>
    /// <param name="nesterov">Whether to use Nesterov momentum; requires a momentum above 0.</param>
    /// <param name="weightDecay">
    /// The share of each weight that is added to its gradient; not applied to biases and batch normalisation
    /// parameters.
    /// </param>
    /// <param name="workers">The worker threads; only the calling thread when null.</param>
    /// <exception cref="ArgumentException">
    /// A parameter occurs twice, or Nesterov momentum is used without momentum.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public Sgd(
        IEnumerable<ParameterGroup> parameters,
        double learningRate,
        double momentum = 0,
        bool nesterov = false,
        double weightDecay = 0,
        WorkerPool? workers = null
    )
        : base(
            parameters,
            learningRate,
            weightDecay,
            RequireShare(momentum, nameof(momentum)) > 0 ? ["momentum"] : [],
            workers
        )
    {
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov momentum needs a momentum above 0; 0.9 is usual.", nameof(nesterov));
        Momentum = momentum;
        Nesterov = nesterov;
    }

    /// <summary>The momentum: the share of the previous update that is added to the next.</summary>
    public double Momentum { get; }

    /// <summary>Whether Nesterov momentum is used.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    public override string Configuration =>
        FormattableString.Invariant($"sgd, momentum {Momentum:R}, nesterov {Nesterov}");

    private protected override void Update(Slot slot) =>
        Apply(
            new MomentumRule(
                (float)(LearningRate * slot.RateMultiplier),
                (float)Momentum,
                (float)slot.WeightDecay,
                Nesterov
            ),
            slot
        );
}
