using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// The moving average of the weights: after each step <c>a += (1 - d) * (w - a)</c>, batch normalisation's running
/// statistics included, so that they belong to the averaged weights. Early on d is <c>(1 + t) / (10 + t)</c> where that
/// is smaller than the decay asked for, or short trainings would average the weights they started from. Polyak and
/// Juditsky, "Acceleration of stochastic approximation by averaging" (1992).
/// </summary>
internal sealed class MovingAverage(
    IReadOnlyList<KeyValuePair<string, Tensor>> weights,
    double decay,
    WorkerPool workers
) : IDisposable
{
    private readonly WeightCopy _average = new(weights);

    /// <summary>How many steps were averaged.</summary>
    public long Steps { get; set; }

    /// <summary>The averages by the weights' names.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors => _average.Tensors;

    /// <summary>Updates the average after a step of the optimizer.</summary>
    public void Step()
    {
        Steps++;
        _average.Approach((float)(1 - Math.Min(decay, (1.0 + Steps) / (10 + Steps))), workers);
    }

    /// <summary>Puts the averages in the place of the weights, or back.</summary>
    public void Exchange() => _average.Exchange();

    /// <inheritdoc/>
    public void Dispose() => _average.Dispose();
}
