using Graft.Layers.Convolution;
using Graft.Layers.Inference.Steps;
using Graft.Tensors;
using Graft.Tensors.Kernels.Gradients;

namespace Graft.Layers.Autograd;

/// <summary>
/// A convolution computed together with the nodes after it: <c>y = clamp(conv(x, w * s) + (b - mean) * s + beta +
/// residual)</c> with <c>s = gamma / sqrt(variance + epsilon)</c>, as in an inference plan, but with gradients. Only y
/// is written to memory.
/// </summary>
/// <remarks>
/// Let g be the gradient with respect to the clamped sum (the gradient with respect to y where y is not clamped,
/// otherwise 0), and <c>G = x' * g</c> the gradient with respect to the scaled weight. Then <c>dw = s * G</c>, <c>dbeta
/// = sum(g)</c>, <c>db = s * dbeta</c> and <c>dgamma = (sum of w * G + (b - mean) * dbeta) / sqrt(variance +
/// epsilon)</c>, because the sum over pixels of <c>g * conv(x, w)</c> equals the sum over the weight of <c>w * G</c>.
/// dx is computed from g with the scaled weight <c>w * s</c>; the residual's gradient is g.
/// </remarks>
/// <param name="fusion">The nodes.</param>
internal sealed unsafe class ConvolutionAutogradStep(ConvolutionFusion fusion)
    : AutogradStep(fusion.Nodes, fusion.Inputs)
{
    private IReadOnlyList<Tensor> _inputs = [];
    private Tensor? _output;
    private PassOptions? _options;
    private Tensor? _scale;

    public override IEnumerable<string> ReadInputs => fusion.Layer.Weight.Trainable ? fusion.Convolution.Inputs : [];

    public override bool ReadsOutput => fusion.HasReLU;

    protected override Tensor? Saved => _scale;

    public override Shape OutputShape(IReadOnlyList<Shape> shapes)
    {
        var shape = fusion.Layer.OutputShape([shapes[0]]);
        return shapes.Count == 1 ? shape : fusion.Sum!.Layer.OutputShape([shape, shapes[1]]);
    }

    public override void Forward(IReadOnlyList<Tensor> inputs, Tensor output, PassOptions options)
    {
        (_inputs, _output, _options) = (inputs, output, options);
        var channels = fusion.Layer.Options.OutputChannels;
        using var shift = Tensor.Zeros(new Shape(channels));
        fusion.Layer.Bias?.Value.Span.CopyTo(shift.Span);
        if (fusion.Normalization is { } normalization)
        {
            _scale = Tensor.Uninitialized(new Shape(channels));
            for (var c = 0; c < channels; c++)
            {
                var scale = normalization.Weight.Value.Span[c] * Inverse(c);
                _scale.Span[c] = (float)scale;
                shift.Span[c] = (float)(
                    (((double)shift.Span[c] - normalization.RunningMean.Value.Span[c]) * scale)
                    + normalization.Bias.Value.Span[c]
                );
            }
        }

        var (weight, isGrouped) = (fusion.Layer.Weight.Value, fusion.Layer.Options.Groups > 1);
        using var kernel = isGrouped
            ? ConvolutionGradients.View(fusion.Layer, _scale).ToTensor(weight.Shape)
            : Tensor.View(weight, 0, weight.Shape);
        var weights = FusedWeights.Create(
            kernel,
            shift.Span,
            fusion.HasReLU ? 0 : float.NegativeInfinity,
            fusion.Maximum,
            isGrouped ? null : _scale
        );
        fusion.Layer.Run(weights, inputs[0], inputs.Count > 1 ? inputs[1] : null, output, options.Workers);
    }

    public override void Backward(Tensor gradient, AutogradGradients gradients)
    {
        var workers = _options!.Workers;
        AddParameterGradients(gradient, workers);
        if (gradients.IsWanted(Inputs[0]))
        {
            var (target, adds) = gradients.Target(Inputs[0], _inputs[0].Shape);
            ConvolutionGradients.ByInput(fusion.Layer, _scale, gradient, target, adds, workers);
        }

        if (fusion.Residual is not null && gradients.IsWanted(fusion.Residual))
            gradients.Give(fusion.Residual, gradient);
        else
            gradient.Dispose();
    }

    private double Inverse(int channel) => 1 / fusion.Normalization!.StandardDeviation(channel);

    /// <summary>Applies the ReLU gradient in place and adds to the parameters' gradients.</summary>
    private void AddParameterGradients(Tensor gradient, WorkerPool workers)
    {
        var channels = fusion.Layer.Options.OutputChannels;
        if (!IsTrainable)
        {
            if (fusion.HasReLU)
                ReLUGradient.Mask(gradient.Pointer, _output!.Pointer, gradient.Length, fusion.Maximum, workers);
            return;
        }

        var sums = ReLUGradient.MaskAndSum(
            gradient.Pointer,
            fusion.HasReLU ? _output!.Pointer : null,
            fusion.Maximum,
            gradient.Length / channels,
            channels,
            workers
        );
        var layer = fusion.Layer;
        if (fusion.Normalization is null)
        {
            if (layer.Bias is { Trainable: true })
                Gradients.Add(sums, layer.Bias.RequireGradient());
            if (layer.Weight.Trainable)
                ConvolutionGradients.AddByWeight(layer, _inputs[0], gradient, layer.Weight.RequireGradient(), workers);
            return;
        }

        AddScaledGradients(gradient, sums, workers);
    }

    private void AddScaledGradients(Tensor gradient, double[] sums, WorkerPool workers)
    {
        var layer = fusion.Layer;
        var normalization = fusion.Normalization!;
        var channels = sums.Length;
        var products = new double[channels];
        if (layer.Weight.Trainable)
        {
            var weight = layer.Weight.Value;
            using var scaled = Tensor.Zeros(weight.Shape);
            ConvolutionGradients.AddByWeight(layer, _inputs[0], gradient, scaled, workers);
            products = ScaledGradient.Add(
                weight.Pointer,
                scaled.Pointer,
                _scale!.Pointer,
                layer.Weight.RequireGradient().Pointer,
                weight.Length / channels,
                channels,
                workers
            );
        }

        for (var c = 0; c < channels; c++)
        {
            var bias = layer.Bias is null ? 0.0 : layer.Bias.Value.Span[c];
            products[c] = (products[c] + ((bias - normalization.RunningMean.Value.Span[c]) * sums[c])) * Inverse(c);
            if (layer.Bias is { Trainable: true })
                layer.Bias.RequireGradient().Span[c] += (float)(sums[c] * _scale!.Span[c]);
        }

        normalization.AddGradients(sums, products);
    }
}
