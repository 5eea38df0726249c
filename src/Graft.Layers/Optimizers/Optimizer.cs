using Graft.Tensors;
using Graft.Tensors.Kernels.Optimization;

namespace Graft.Layers.Optimizers;

/// <summary>
/// Updates parameters from their gradients. It owns its state, but not the parameters. Not thread-safe. The results do
/// not depend on the number of threads.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly List<Slot> _slots = [];
    private readonly WorkerPool? _workers;

    /// <summary>Makes an optimizer for the parameters that are trainable now.</summary>
    /// <param name="groups">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="weightDecay">The weight decay of groups that do not set their own.</param>
    /// <param name="stateNames">
    /// The names of the state arrays of each parameter, at most two. They have the parameter's shape and start as
    /// zeros.
    /// </param>
    /// <param name="workers">The worker threads; only the calling thread when null.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate or decay is negative or not finite.</exception>
    private protected Optimizer(
        IEnumerable<ParameterGroup> groups,
        double learningRate,
        double weightDecay,
        IReadOnlyList<string> stateNames,
        WorkerPool? workers
    )
    {
        ArgumentNullException.ThrowIfNull(groups);
        LearningRate = RequireFinite(learningRate, nameof(learningRate));
        RequireFinite(weightDecay, nameof(weightDecay));
        _workers = workers;
        Groups = [.. groups];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in Groups)
        {
            RequireFinite(group.RateMultiplier, nameof(groups));
            var decay = RequireFinite(group.WeightDecay ?? weightDecay, nameof(groups));
            foreach (var (name, parameter) in group.Parameters.Where(pair => pair.Value.Trainable))
            {
                if (!names.Add(name))
                    throw new ArgumentException(
                        $"Parameter '{name}' occurs twice in the optimizer's groups; each may occur only once.",
                        nameof(groups)
                    );
                var state = stateNames.Select(kind => ($"{name}.{kind}", Tensor.Zeros(parameter.Shape))).ToArray();
                _slots.Add(
                    new(
                        name,
                        parameter,
                        group.RateMultiplier,
                        group.DecaysEverything || parameter.Role == ParameterRole.Weight ? decay : 0,
                        state
                    )
                );
            }
        }
    }

    /// <summary>The groups of parameters.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The learning rate, before a group's multiplier; schedules set it between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// The maximum norm of all gradients together; larger gradients are scaled down to it. No limit when null.
    /// </summary>
    public double? ClipNorm { get; set; }

    /// <summary>
    /// The maximum magnitude of an element of a gradient; larger ones are clamped. No limit when null.
    /// </summary>
    public double? ClipValue { get; set; }

    /// <summary>The options other than the learning rate, in one line.</summary>
    public abstract string Configuration { get; }

    /// <summary>The state of each parameter, named <c>node.parameter.kind</c>; owned by the optimizer.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        _slots.SelectMany(slot => slot.State.Select(entry => KeyValuePair.Create(entry.Name, entry.Tensor)));

    private IEnumerable<Tensor> Gradients => _slots.Select(slot => slot.Parameter.Gradient).OfType<Tensor>();

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
            slot.Parameter.ZeroGradient();
    }

    /// <summary>
    /// Clips the gradients if requested, then updates each parameter. A parameter without a gradient is left unchanged.
    /// </summary>
    public void Step()
    {
        if (ClipValue is { } value)
            Clip(value);
        if (ClipNorm is { } norm && GradientNorm() is var actual && actual > norm)
            Scale((float)(norm / actual));
        Steps++;
        foreach (var slot in _slots)
        {
            if (slot.Parameter.Gradient is not null)
                Update(slot);
        }
    }

    /// <summary>
    /// The Euclidean norm of all gradients together; not finite if and only if a gradient is not finite.
    /// </summary>
    public unsafe double GradientNorm()
    {
        var sum = 0.0;
        foreach (var gradient in Gradients)
            sum += SquaredNorm.Compute(gradient.Pointer, gradient.Length, _workers);
        return Math.Sqrt(sum);
    }

    /// <summary>Restores the state of an optimizer of the same kind and with the same parameters.</summary>
    /// <param name="steps">Its <see cref="Steps"/>.</param>
    /// <param name="state">Its <see cref="State"/>; copied.</param>
    /// <exception cref="ArgumentException">The state does not fit these parameters; nothing was changed.</exception>
    public void Restore(long steps, IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        foreach (var (name, tensor) in State)
        {
            if (!state.TryGetValue(name, out var saved) || saved.Shape != tensor.Shape)
                throw new ArgumentException(
                    $"The optimizer's state has {(saved is null ? "no" : $"a {saved.Shape}")} '{name}'; "
                        + $"{tensor.Shape} was expected. It belongs to another optimizer or network.",
                    nameof(state)
                );
        }

        foreach (var (name, tensor) in State)
            state[name].Span.CopyTo(tensor.Span);
        Steps = steps;
    }

    /// <summary>Frees the optimizer's state, not the parameters.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the optimizer's state.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var (_, tensor) in State)
            tensor.Dispose();
    }

    /// <summary>All parameters: the result of <see cref="Networks.Network.Parameters"/>, in one group.</summary>
    private protected static IReadOnlyList<ParameterGroup> OneGroup(
        IEnumerable<KeyValuePair<string, Parameter>> parameters
    )
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [new() { Parameters = [.. parameters] }];
    }

    /// <summary>Updates a parameter that has a gradient.</summary>
    private protected abstract void Update(Slot slot);

    /// <summary>Applies an update rule to a parameter.</summary>
    private protected unsafe void Apply<TRule>(TRule rule, Slot slot)
        where TRule : struct, IUpdateRule
    {
        var value = slot.Parameter.Value;
        UpdateKernel.Run(
            rule,
            value.Pointer,
            slot.Parameter.RequireGradient().Pointer,
            slot.State.Length > 0 ? slot.State[0].Tensor.Pointer : null,
            slot.State.Length > 1 ? slot.State[1].Tensor.Pointer : null,
            value.Length,
            _workers
        );
    }

    private protected static double RequireFinite(double value, string name) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                "Rates, decays and factors of an optimizer must be finite numbers of 0 or more."
            );

    private protected static double RequireShare(double value, string name) =>
        value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                "Momentum and decay rates of an optimizer must be at least 0 and below 1."
            );

    private void Clip(double largest)
    {
        foreach (var gradient in Gradients)
        {
            foreach (ref var element in gradient.Span)
                element = Math.Clamp(element, (float)-largest, (float)largest);
        }
    }

    private unsafe void Scale(float factor)
    {
        foreach (var gradient in Gradients)
            UpdateKernel.Run(
                new ScaleRule(factor),
                gradient.Pointer,
                gradient.Pointer,
                null,
                null,
                gradient.Length,
                _workers
            );
    }

    /// <summary>A parameter with its optimizer state.</summary>
    private protected sealed record Slot(
        string Name,
        Parameter Parameter,
        double RateMultiplier,
        double WeightDecay,
        (string Name, Tensor Tensor)[] State
    );
}
