using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// The moving average of the weights: after each step <c>a += (1 - d) * (w - a)</c>. It includes the running statistics
/// of batch normalisation, so that they belong to the averaged weights. At first, d is <c>(1 + t) / (10 + t)</c> as
/// long as that is smaller than the given decay; otherwise the average of a short training would be dominated by its
/// initial weights. Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992).
/// </summary>
internal sealed class MovingAverage(
    IReadOnlyList<KeyValuePair<string, Tensor>> weights,
    double decay,
    WorkerPool workers
) : IDisposable
{
    private readonly WeightCopy _average = new(weights);

    /// <summary>The number of averaged steps.</summary>
    public long Steps { get; set; }

    /// <summary>The averages by the names of the weights.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors => _average.Tensors;

    /// <summary>Updates the average after a step of the optimizer.</summary>
    public void Step()
    {
        Steps++;
        _average.Approach((float)(1 - Math.Min(decay, (1.0 + Steps) / (10 + Steps))), workers);
    }

    /// <summary>Swaps the averages with the weights; a second call swaps them back.</summary>
    public void Exchange() => _average.Exchange();

    /// <inheritdoc/>
    public void Dispose() => _average.Dispose();
}
