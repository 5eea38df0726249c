using Graft.Tensors;

namespace Graft.Layers;

/// <summary>
/// The role of a parameter. It determines the weight decay and whether training changes the parameter.
/// </summary>
public enum ParameterRole
{
    /// <summary>A kernel or weight matrix.</summary>
    Weight,

    /// <summary>An addend for each output.</summary>
    Bias,

    /// <summary>A factor for each channel (batch normalisation's gamma).</summary>
    Scale,

    /// <summary>A running statistic: never trained by gradients and not counted as trainable.</summary>
    Buffer,
}

/// <summary>
/// A named tensor of a layer, trained or a buffer, with its accumulated gradient. Owned by its layer. Not thread-safe.
/// </summary>
public sealed class Parameter : IDisposable
{
    private readonly Lock _making = new();
    private Tensor? _value;
    private bool _isDisposed;
    private bool _trainable;

    /// <summary>Makes a parameter that owns its value.</summary>
    /// <param name="name">The name within the layer, for example <c>weight</c>.</param>
    /// <param name="role">The role.</param>
    /// <param name="value">The value; the parameter disposes it.</param>
    public Parameter(string name, ParameterRole role, Tensor value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        Role = role;
        Shape = value.Shape;
        _value = value;
        _trainable = role != ParameterRole.Buffer;
    }

    /// <summary>
    /// Creates a parameter of zeros. Its memory is allocated on first access, so a network can be built just to count
    /// its parameters.
    /// </summary>
    internal Parameter(string name, ParameterRole role, Shape shape)
    {
        Name = name;
        Role = role;
        Shape = shape;
        _trainable = role != ParameterRole.Buffer;
    }

    /// <summary>The name within the layer.</summary>
    public string Name { get; }

    /// <summary>The role.</summary>
    public ParameterRole Role { get; }

    /// <summary>The shape of the value.</summary>
    public Shape Shape { get; }

    /// <summary>The value.</summary>
    public Tensor Value => _value ?? MakeValue();

    /// <summary>Whether gradients are computed for it; always false for buffers.</summary>
    public bool Trainable
    {
        get => _trainable;
        set => _trainable = value && Role != ParameterRole.Buffer;
    }

    /// <summary>
    /// The sum of the gradients since they were last set to zero, in the shape of the value; null before the first
    /// gradient.
    /// </summary>
    public Tensor? Gradient { get; private set; }

    /// <summary>The gradient's tensor; created with zeros if there is none yet.</summary>
    public Tensor RequireGradient() => Gradient ??= Tensor.Zeros(Shape);

    /// <summary>Sets the gradient to zero.</summary>
    public void ZeroGradient() => Gradient?.Span.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _value?.Dispose();
        Gradient?.Dispose();
        Gradient = null;
    }

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} {Shape}";

    /// <summary>Creates the value on first access, which may happen on several threads at once.</summary>
    private Tensor MakeValue()
    {
        lock (_making)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _value ??= Tensor.Zeros(Shape);
        }
    }
}
