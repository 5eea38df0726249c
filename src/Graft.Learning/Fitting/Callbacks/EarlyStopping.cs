using Graft.Tensors;

namespace Graft.Learning.Fitting.Callbacks;

/// <summary>
/// Early stopping: ends a training that no longer improves, and restores the weights of the best epoch. Prechelt,
/// "Early Stopping - But When?" (1998).
/// </summary>
public sealed class EarlyStopping : TrainerCallback
{
    private WeightCopy? _best;
    private double _bestFigure;
    private int _since;

    /// <summary>The figure to monitor.</summary>
    public MonitoredFigure Monitor { get; init; }

    /// <summary>
    /// The number of epochs without a better figure before training stops, 1 or more. When null, training is not
    /// stopped; only the best weights are kept.
    /// </summary>
    public int? Patience { get; init; } = 10;

    /// <summary>The smallest change that counts as an improvement, 0 or more.</summary>
    public double MinimumChange { get; init; }

    /// <summary>Whether the network gets the weights of the best epoch at the end of training.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>The epoch with the best figure, from 1; 0 if no epoch has ended yet.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, Tensor>> Tensors => _best?.Tensors ?? [];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Patience or minimum change is out of range.</exception>
    public override void TrainingStarted(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (Patience < 1 || !(MinimumChange >= 0))
            throw new ArgumentException(
                $"Early stopping needs a patience of 1 epoch or more and a minimum change of 0 or more, not "
                    + $"{Patience} and {MinimumChange}."
            );
        _best = RestoreBest ? new WeightCopy(session.Weights) : null;
        (_bestFigure, _since, BestEpoch) = (double.PositiveInfinity, 0, 0);
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingSession session, EpochResult result)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(result);

        // From here on, smaller is better.
        var figure =
            Monitor == MonitoredFigure.Loss
                ? result.ValidationLoss ?? result.Loss
                : -(result.ValidationAccuracy ?? result.Accuracy);
        if (figure < _bestFigure - MinimumChange)
        {
            (_bestFigure, _since, BestEpoch) = (figure, 0, result.Epoch);
            _best?.Keep();
        }
        else if (++_since >= Patience)
        {
            session.Stop($"no better {(Monitor == MonitoredFigure.Loss ? "loss" : "accuracy")} for {_since} epochs");
        }
    }

    /// <inheritdoc/>
    public override void TrainingEnded(TrainingSession session)
    {
        // If no epoch was better than none (every figure is NaN), the last weights are as good as any.
        if (BestEpoch > 0)
            _best?.Restore();
    }

    /// <inheritdoc/>
    public override void Release()
    {
        _best?.Dispose();
        _best = null;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveNumbers() =>
        new Dictionary<string, double>
        {
            ["best"] = _bestFigure,
            ["since"] = _since,
            ["bestEpoch"] = BestEpoch,
        };

    /// <inheritdoc/>
    public override void RestoreNumbers(IReadOnlyDictionary<string, double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        (_bestFigure, _since, BestEpoch) = (numbers["best"], (int)numbers["since"], (int)numbers["bestEpoch"]);
    }
}
