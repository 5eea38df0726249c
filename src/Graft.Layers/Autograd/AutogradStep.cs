using Graft.Tensors;

namespace Graft.Layers.Autograd;

/// <summary>
/// One or more nodes of a pass that are computed together. Runs forward once and backward at most once.
/// </summary>
/// <param name="nodes">The nodes, at least one; the output of the last one is the output of the step.</param>
/// <param name="inputs">The names of the outputs that the step reads.</param>
internal abstract class AutogradStep(IReadOnlyList<NetworkNode> nodes, IReadOnlyList<string> inputs) : IDisposable
{
    /// <summary>The names of the outputs that the step reads.</summary>
    public IReadOnlyList<string> Inputs { get; } = inputs;

    /// <summary>The name of the step's output.</summary>
    public string Output { get; } = nodes[^1].Name;

    /// <summary>Whether any of the step's parameters is trainable.</summary>
    public bool IsTrainable { get; } = nodes.Any(node => node.Layer.Parameters.Any(parameter => parameter.Trainable));

    /// <summary>The inputs that <see cref="Backward"/> reads.</summary>
    public abstract IEnumerable<string> ReadInputs { get; }

    /// <summary>Whether <see cref="Backward"/> reads the output.</summary>
    public abstract bool ReadsOutput { get; }

    /// <summary>Whether the output may overwrite the only input, element by element.</summary>
    public virtual bool CanWriteInPlace => false;

    /// <summary>The shape of the output.</summary>
    /// <param name="shapes">The shapes of the inputs.</param>
    public abstract Shape OutputShape(IReadOnlyList<Shape> shapes);

    /// <summary>Computes the output.</summary>
    /// <param name="inputs">
    /// The inputs. Their shapes are valid until the end of the pass, their values only as long as backward reads them.
    /// </param>
    /// <param name="output">Receives the output; the input itself where that was allowed.</param>
    /// <param name="options">The options.</param>
    public abstract void Forward(IReadOnlyList<Tensor> inputs, Tensor output, PassOptions options);

    /// <summary>Adds to the parameters' gradients and propagates the gradients with respect to the inputs.</summary>
    /// <param name="gradient">
    /// The gradient with respect to the output. The step owns it: it may change it, pass it on or dispose it.
    /// </param>
    /// <param name="gradients">Receives the gradients of the inputs.</param>
    public abstract void Backward(Tensor gradient, AutogradGradients gradients);

    /// <summary>Frees what was kept for backward.</summary>
    public void Dispose() => Saved?.Dispose();

    /// <summary>The data kept from the forward pass for the backward pass, besides inputs and output.</summary>
    protected virtual Tensor? Saved => null;
}
