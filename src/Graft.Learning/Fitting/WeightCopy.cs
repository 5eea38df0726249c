using Graft.Tensors;
using Graft.Tensors.Kernels.Optimization;

namespace Graft.Learning.Fitting;

/// <summary>A copy of a set of weights. Owns its tensors. Not thread-safe.</summary>
internal sealed class WeightCopy : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> _live;
    private readonly Tensor[] _kept;

    /// <summary>Copies weights.</summary>
    /// <param name="live">The weights, which must stay alive as long as the copy.</param>
    public WeightCopy(IReadOnlyList<KeyValuePair<string, Tensor>> live)
    {
        _live = live;
        _kept = [.. live.Select(pair => pair.Value.Clone())];
    }

    /// <summary>The copies by name; owned by this object.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors =>
        _live.Select((pair, i) => KeyValuePair.Create(pair.Key, _kept[i]));

    /// <summary>Copies the current values of the weights.</summary>
    public void Keep()
    {
        for (var i = 0; i < _kept.Length; i++)
            _live[i].Value.Span.CopyTo(_kept[i].Span);
    }

    /// <summary>Sets the weights to the values of the copy.</summary>
    public void Restore()
    {
        for (var i = 0; i < _kept.Length; i++)
            _kept[i].Span.CopyTo(_live[i].Value.Span);
    }

    /// <summary>Exchanges the values of the weights and of the copy.</summary>
    public void Exchange()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            var left = _live[i].Value.Span;
            var right = _kept[i].Span;
            for (var element = 0; element < left.Length; element++)
                (left[element], right[element]) = (right[element], left[element]);
        }
    }

    /// <summary>
    /// Moves the copy towards the weights by a share of the difference; equal values stay the same, bit for bit.
    /// </summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="workers">The threads to run on.</param>
    public unsafe void Approach(float share, WorkerPool workers)
    {
        for (var i = 0; i < _kept.Length; i++)
            UpdateKernel.Run(
                new ApproachRule(share),
                _kept[i].Pointer,
                _live[i].Value.Pointer,
                null,
                null,
                _kept[i].Length,
                workers
            );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _kept)
            tensor.Dispose();
    }
}
