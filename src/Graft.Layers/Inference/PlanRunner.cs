using System.Diagnostics;
using Graft.Tensors;

namespace Graft.Layers.Inference;

/// <summary>
/// Runs a plan with buffers of its own. Not thread-safe: one runner for each thread that runs a plan.
/// </summary>
public sealed class PlanRunner : INetworkRunner
{
    private readonly InferencePlan _plan;
    private readonly WorkerPool _workers;
    private readonly ArenaLayout _layout;
    private readonly Tensor _arena;
    private readonly PlanParts _parts;

    /// <summary>The values of the whole batch. Values that only the steps that run in parts use are null.</summary>
    private readonly Tensor?[] _values;
    private Tensor?[][] _partValues = [];
    private int _boundBatch;

    internal PlanRunner(InferencePlan plan, int maximumBatch, WorkerPool workers, PlanParts? parts = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBatch, 1);
        ArgumentNullException.ThrowIfNull(workers);
        _plan = plan;
        _workers = workers;
        MaximumBatch = maximumBatch;
        _parts = parts ?? PlanParts.Choose(plan, maximumBatch);
        _layout = ArenaLayout.Compute(Lives(plan, maximumBatch, _parts));
        if (_layout.Size > int.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(maximumBatch),
                $"A batch of {maximumBatch} images of {plan.InputShape} needs "
                    + $"{_layout.Size * sizeof(float) >> 20:N0} MiB of buffers; use a smaller batch."
            );
        _arena = Tensor.Uninitialized(new Shape((int)_layout.Size));
        _values = new Tensor?[plan.Values.Count];
    }

    /// <summary>The largest batch.</summary>
    public int MaximumBatch { get; }

    /// <summary>The size of the buffers between the steps, in bytes.</summary>
    public long BufferBytes => _layout.Size * sizeof(float);

    /// <summary>Runs the plan.</summary>
    /// <param name="input">
    /// <c>[n, ...]</c> with the plan's input shape after n, 1 to <see cref="MaximumBatch"/> images.
    /// </param>
    /// <returns><c>[n, ...]</c> with the plan's output shape; owned by the caller.</returns>
    /// <exception cref="ArgumentException">The input has the wrong shape.</exception>
    public Tensor Run(Tensor input)
    {
        var batch = CheckBatch(input);
        var output = Tensor.Uninitialized(Batched(_plan.OutputShape, batch));
        try
        {
            Bind(batch, input, output);
            if (CopiesInput)
                input.Span.CopyTo(output.Span);
            RunSteps(null);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>Runs the plan several times and measures the time of every step.</summary>
    /// <param name="input">As for <see cref="Run"/>.</param>
    /// <param name="rounds">The number of timed runs, at least 1. Two warm-up runs come first.</param>
    /// <param name="cancellationToken">Cancels the work between two runs.</param>
    /// <returns>The median time of each step over the runs.</returns>
    /// <exception cref="ArgumentException">The input has the wrong shape.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public PlanProfile Profile(Tensor input, int rounds = 9, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        const int WarmUpRounds = 2;
        var batch = CheckBatch(input);
        using var output = Tensor.Uninitialized(Batched(_plan.OutputShape, batch));
        Bind(batch, input, output);
        var steps = _plan.CompiledSteps;
        var seconds = new double[steps.Count][];
        for (var i = 0; i < seconds.Length; i++)
            seconds[i] = new double[rounds];
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var times = new double[steps.Count];
            RunSteps(times);
            for (var i = 0; i < steps.Count && round >= 0; i++)
                seconds[i][round] = times[i];
        }

        return new PlanProfile(
            batch,
            _workers.ThreadCount,
            rounds,
            [.. steps.Select((step, i) => StepProfile.Create(_plan, step, batch, seconds[i]))]
        );
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose() => _arena.Dispose();

    /// <summary>Whether the plan's output is its input.</summary>
    private bool CopiesInput => _plan.CompiledSteps.Count == 0 || _plan.Values[_plan.OutputValue].Storage == 0;

    private int CheckBatch(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var batch = input.Shape.Rank == 0 ? 0 : input.Shape[0];
        if (
            batch < 1
            || batch > MaximumBatch
            || !input.Shape.Dimensions[1..].SequenceEqual(_plan.InputShape.Dimensions)
        )
            throw new ArgumentException(
                $"The plan takes 1 to {MaximumBatch} images of {_plan.InputShape}, but the input is {input.Shape}.",
                nameof(input)
            );
        return batch;
    }

    /// <summary>Runs the first steps part by part, then the others.</summary>
    /// <param name="seconds">Receives the sum of each step's times; null if times are not measured.</param>
    private void RunSteps(double[]? seconds)
    {
        foreach (var values in _partValues)
        {
            for (var i = 0; i < _parts.Steps; i++)
                RunStep(i, values, seconds);
        }

        for (var i = _parts.Steps; i < _plan.CompiledSteps.Count; i++)
            RunStep(i, _values, seconds);
    }

    private void RunStep(int index, Tensor?[] values, double[]? seconds)
    {
        var start = seconds is null ? 0 : Stopwatch.GetTimestamp();
        _plan.CompiledSteps[index].Run(values, _workers);
        if (seconds is not null)
            seconds[index] += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Assigns every value its place in memory; input and output lie outside the arena.</summary>
    private void Bind(int batch, Tensor input, Tensor output)
    {
        if (batch != _boundBatch)
            _partValues =
            [
                .. Enumerable
                    .Range(0, _parts.Steps == 0 ? 0 : (batch + _parts.Images - 1) / _parts.Images)
                    .Select(_ => new Tensor?[_values.Length]),
            ];
        Bind(_values, 0, batch, batch != _boundBatch, input, output);
        for (var part = 0; part < _partValues.Length; part++)
            Bind(
                _partValues[part],
                part * _parts.Images,
                Math.Min(_parts.Images, batch - (part * _parts.Images)),
                batch != _boundBatch,
                input,
                output
            );
        _boundBatch = batch;
    }

    /// <summary>Assigns every value its place in memory for consecutive images.</summary>
    private void Bind(Tensor?[] values, int first, int count, bool isNew, Tensor input, Tensor output)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = _plan.Values[i];
            var shape = Batched(value.Shape, count);
            if (value.Storage == 0)
                values[i] = Tensor.View(input, first * value.Shape.ElementCount, shape);
            else if (value.Storage == _plan.Values[_plan.OutputValue].Storage)
                values[i] = Tensor.View(output, first * value.Shape.ElementCount, shape);
            else if (
                isNew
                && _layout.Places.TryGetValue(value.Storage, out var place)
                && (place.IsWhole || values != _values)
            )
                values[i] = Tensor.View(
                    _arena,
                    place.Start + (place.IsWhole ? first * value.Shape.ElementCount : 0),
                    shape
                );
        }
    }

    private static Shape Batched(Shape shape, int batch) => new([batch, .. shape.Dimensions]);

    private static IEnumerable<ValueLife> Lives(InferencePlan plan, int batch, PlanParts parts)
    {
        var lives = new Dictionary<int, (int First, int Last)>();
        var outputStorage = plan.Values[plan.OutputValue].Storage;
        for (var i = 0; i < plan.CompiledSteps.Count; i++)
        {
            var step = plan.CompiledSteps[i];
            foreach (var value in step.Inputs.Append(step.Output))
            {
                var storage = plan.Values[value].Storage;
                if (storage != 0 && storage != outputStorage)
                    lives[storage] = (lives.TryGetValue(storage, out var life) ? life.First : i, i);
            }
        }

        foreach (var (storage, (first, last)) in lives)
        {
            // The output of the steps that run in parts is kept while they run for the other parts.
            var isWhole = last >= parts.Steps;
            var elements = plan.Values[storage].Shape.ElementCount * (isWhole ? batch : parts.Images);
            yield return new ValueLife(storage, elements, isWhole && first < parts.Steps ? 0 : first, last, isWhole);
        }
    }
}
