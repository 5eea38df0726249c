using Graft.Tensors;

namespace Graft.Layers;

/// <summary>
/// One operation of a network with its parameters. Shapes include the batch as outermost dimension. A layer may run in
/// several passes at once as long as nothing changes its parameters; it owns its parameters and disposes them.
/// </summary>
public abstract class Layer : IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private int _owners = 1;
    private int _isDisposed;

    /// <summary>The kind of layer in one word, as in a summary: <c>Convolution2D</c>.</summary>
    public virtual string Kind => GetType().Name;

    /// <summary>
    /// The options in one line. Kind, configuration and parameters together determine what the layer computes.
    /// </summary>
    public virtual string Configuration => "";

    /// <summary>The parameters, including statistics, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The number of inputs.</summary>
    public virtual int InputCount => 1;

    /// <summary>
    /// The values of the forward pass that <see cref="Backward"/> reads. A pass frees the others as soon as it can.
    /// </summary>
    public virtual BackwardReads BackwardReads => BackwardReads.Inputs | BackwardReads.Output;

    /// <summary>Whether <see cref="Forward"/> draws random numbers while training.</summary>
    public virtual bool IsRandom => false;

    /// <summary>
    /// Whether <see cref="Forward"/> may get the same tensor as input and output. For layers with one input that has
    /// the output's shape.
    /// </summary>
    public virtual bool CanWriteInPlace => false;

    /// <summary>The shape of the output for given inputs.</summary>
    /// <param name="inputs">The shapes of the inputs, batch first.</param>
    /// <exception cref="ArgumentException">
    /// The layer cannot take such inputs; the message describes the valid inputs.
    /// </exception>
    public abstract Shape OutputShape(IReadOnlyList<Shape> inputs);

    /// <summary>
    /// What the layer computes outside training, if plans and autograd can combine it with neighbouring layers; by
    /// default it runs as it is.
    /// </summary>
    /// <param name="inputs">The shapes of the inputs, batch first, checked by <see cref="OutputShape"/>.</param>
    public virtual Lowering Lower(IReadOnlyList<Shape> inputs) => Lowering.None;

    /// <summary>Computes the output. Shapes were checked by <see cref="OutputShape"/>.</summary>
    /// <param name="pass">Inputs, output and mode.</param>
    public abstract void Forward(LayerPass pass);

    /// <summary>
    /// Adds the layer's contribution to the gradient of each trainable parameter and to each requested input gradient.
    /// </summary>
    /// <param name="pass">The pass that <see cref="Forward"/> ran with, now with gradients.</param>
    public abstract void Backward(LayerPass pass);

    /// <summary>
    /// Like <see cref="Backward"/>, but turns the output's gradient into the input's gradient in place. For layers with
    /// one input that has the output's shape.
    /// </summary>
    /// <param name="pass">The pass; its input gradients are ignored.</param>
    /// <returns>Whether the layer supports this; if not, nothing was done.</returns>
    public virtual bool TryBackwardInPlace(LayerPass pass) => false;

    /// <summary>Frees the parameters, unless a plan still runs the layer; then the plan frees them.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Keeps the parameters until <see cref="Release"/>, even if the layer is disposed before.</summary>
    internal void Retain() => Interlocked.Increment(ref _owners);

    /// <summary>Ends what <see cref="Retain"/> began.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
            Dispose(disposing: true);
    }

    /// <summary>Frees what the layer owns.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var parameter in _parameters)
            parameter.Dispose();
    }

    /// <summary>Registers a parameter of zeros; its memory is allocated on first access.</summary>
    /// <param name="name">The name within the layer, for example <c>weight</c>.</param>
    /// <param name="role">The role.</param>
    /// <param name="shape">The sizes of its dimensions.</param>
    /// <returns>The parameter, owned by the layer.</returns>
    protected Parameter AddParameter(string name, ParameterRole role, params ReadOnlySpan<int> shape)
    {
        var parameter = new Parameter(name, role, new Shape(shape));
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>The exception for an input that the layer cannot take.</summary>
    /// <param name="input">The shape of the input.</param>
    /// <param name="expected">The shapes that the layer takes.</param>
    protected ArgumentException Unsuitable(Shape input, string expected) =>
        new($"{Kind}: expected {expected}, but the input is {input}.", nameof(input));
}
