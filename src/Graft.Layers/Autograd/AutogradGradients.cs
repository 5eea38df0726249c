using Graft.Tensors;

namespace Graft.Layers.Autograd;

/// <summary>The gradients that have not been propagated yet, by the name of the output. Owns them.</summary>
/// <param name="wanted">The outputs whose gradients lead to something trainable.</param>
/// <param name="memory">The memory of outputs and gradients.</param>
/// <param name="workers">The worker threads.</param>
internal sealed class AutogradGradients(IReadOnlySet<string> wanted, TensorMemory memory, WorkerPool workers)
    : IDisposable
{
    private readonly Dictionary<string, Tensor> _gradients = new(StringComparer.Ordinal);

    /// <summary>Whether the gradient with respect to an output is needed.</summary>
    public bool IsWanted(string name) => wanted.Contains(name);

    /// <summary>Removes and returns a complete gradient, which the caller owns; null if there is none.</summary>
    public Tensor? Take(string name) => _gradients.Remove(name, out var gradient) ? gradient : null;

    /// <summary>Returns the tensor for a gradient.</summary>
    /// <param name="name">The output.</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>
    /// A tensor owned by this object, and whether to add to it rather than to overwrite its undefined contents.
    /// </returns>
    public (Tensor Target, bool Adds) Target(string name, Shape shape)
    {
        if (_gradients.TryGetValue(name, out var known))
            return (known, true);
        var target = Tensor.Uninitialized(shape, memory);
        _gradients.Add(name, target);
        return (target, false);
    }

    /// <summary>Adds a gradient and takes ownership of its tensor.</summary>
    /// <param name="name">The output.</param>
    /// <param name="gradient">The gradient with respect to it.</param>
    public void Give(string name, Tensor gradient)
    {
        if (_gradients.TryAdd(name, gradient))
            return;
        using (gradient)
            Gradients.Add(gradient, _gradients[name], workers);
    }

    /// <summary>Adds a gradient whose tensor the caller keeps.</summary>
    /// <param name="name">The output.</param>
    /// <param name="gradient">The gradient with respect to it.</param>
    public void Share(string name, Tensor gradient)
    {
        var (target, adds) = Target(name, gradient.Shape);
        if (adds)
            Gradients.Add(gradient, target, workers);
        else
            gradient.Span.CopyTo(target.Span);
    }

    public void Dispose()
    {
        foreach (var gradient in _gradients.Values)
            gradient.Dispose();
        _gradients.Clear();
    }
}
