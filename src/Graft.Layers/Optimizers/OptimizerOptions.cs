using Graft.Tensors;

namespace Graft.Layers.Optimizers;

/// <summary>The choice of optimizer as data, for command lines, run folders and trainers.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The kind.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>The learning rate, above 0; schedules multiply it.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The weight decay; not applied to biases and batch normalisation parameters.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// The momentum: the share of the previous update that is added to the next. When null, the usual value is used:
    /// 0.9 for <see cref="OptimizerKind.Sgd"/>, 0 for <see cref="OptimizerKind.RmsProp"/>. Adam ignores it.
    /// </summary>
    public double? Momentum { get; init; }

    /// <summary>Whether <see cref="OptimizerKind.Sgd"/> uses Nesterov momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The maximum norm of all gradients together; no limit when null.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The maximum magnitude of an element of a gradient; no limit when null.</summary>
    public double? ClipValue { get; init; }

    /// <summary>
    /// The learning rate of each block of layers relative to the next block, as in
    /// <see cref="ParameterGroup.ByDepth"/>; 1 for the same rate everywhere.
    /// </summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Makes the optimizer for the parameters of a network that are trainable now.</summary>
    /// <param name="network">The network.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>An optimizer that the caller disposes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public Optimizer Create(Networks.Network network, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Create(
            LayerDecay == 1
                ? [new() { Parameters = [.. network.Parameters] }]
                : ParameterGroup.ByDepth(network, LayerDecay),
            workers
        );
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>An optimizer that the caller disposes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public Optimizer Create(IReadOnlyList<ParameterGroup> groups, WorkerPool? workers = null)
    {
        Validate();
        Optimizer optimizer = Kind switch
        {
            OptimizerKind.Adam => new Adam(groups, LearningRate, weightDecay: WeightDecay, workers: workers),
            OptimizerKind.AdamW => new AdamW(groups, LearningRate, weightDecay: WeightDecay, workers: workers),
            OptimizerKind.Sgd => new Sgd(groups, LearningRate, Momentum ?? 0.9, Nesterov, WeightDecay, workers),
            _ => new RmsProp(groups, LearningRate, momentum: Momentum ?? 0, weightDecay: WeightDecay, workers: workers),
        };
        optimizer.ClipNorm = ClipNorm;
        optimizer.ClipValue = ClipValue;
        return optimizer;
    }

    /// <summary>Checks the values that the optimizers themselves do not check.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(
                nameof(LearningRate),
                LearningRate,
                "The learning rate must be a number above 0."
            );
        if (ClipNorm is { } norm && !(norm > 0))
            throw new ArgumentOutOfRangeException(
                nameof(ClipNorm),
                norm,
                "The largest norm of gradients must be above 0."
            );
        if (ClipValue is { } value && !(value > 0))
            throw new ArgumentOutOfRangeException(
                nameof(ClipValue),
                value,
                "The largest magnitude of a gradient must be above 0."
            );
    }
}
