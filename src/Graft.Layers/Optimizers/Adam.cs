using Graft.Tensors;

namespace Graft.Layers.Optimizers;

/// <summary>
/// Adam: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>p -= rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)</c>. Kingma and Ba, "Adam" (2014), algorithm 1.
/// </summary>
public sealed class Adam : IDisposable
{
    private readonly List<(Parameter Parameter, Tensor First, Tensor Second)> _states;
    private int _step;

    /// <summary>Makes an optimizer for the parameters that are trainable now.</summary>
    /// <param name="parameters">The parameters; the optimizer does not own them.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Keeps the division finite.</param>
    public Adam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        LearningRate = learningRate;
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = epsilon;
        _states = [.. parameters.Where(parameter => parameter.Trainable).Select(parameter =>
            (parameter, Tensor.Zeros(parameter.Shape), Tensor.Zeros(parameter.Shape)))];
    }

    /// <summary>The step size; may be changed between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; }

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Beta2 { get; }

    /// <summary>Keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGradients()
    {
        foreach (var (parameter, _, _) in _states)
            parameter.ZeroGradient();
    }

    /// <summary>Changes each parameter by its gradient; a parameter without one stays as it is.</summary>
    public void Step()
    {
        _step++;
        var correction1 = 1 - Math.Pow(Beta1, _step);
        var correction2 = Math.Sqrt(1 - Math.Pow(Beta2, _step));
        var rate = (float)(LearningRate / correction1);
        foreach (var (parameter, first, second) in _states)
        {
            if (parameter.Gradient is null)
                continue;
            Update(parameter.Value.Span, parameter.Gradient.Span, first.Span, second.Span, rate, (float)correction2);
        }
    }

    /// <summary>Frees the optimizer's state, not the parameters.</summary>
    public void Dispose()
    {
        foreach (var (_, first, second) in _states)
        {
            first.Dispose();
            second.Dispose();
        }
    }

    private void Update(Span<float> values, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, float rate, float correction2)
    {
        var (beta1, beta2, epsilon) = ((float)Beta1, (float)Beta2, (float)Epsilon);

        // 1 - 0.999f in single precision is off by 1e-5 of itself.
        var (share1, share2) = ((float)(1 - Beta1), (float)(1 - Beta2));
        for (var i = 0; i < values.Length; i++)
        {
            first[i] = (beta1 * first[i]) + (share1 * gradients[i]);
            second[i] = (beta2 * second[i]) + (share2 * gradients[i] * gradients[i]);
            values[i] -= rate * first[i] / ((MathF.Sqrt(second[i]) / correction2) + epsilon);
        }
    }
}
