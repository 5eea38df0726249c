using Graft.Layers.Inference.Steps;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Convolution;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as in all frameworks) over NHWC images:
/// <c>y[b, i, j, o] = bias[o] + sum over (p, q, c) of x[b, i*stride + p*dilation - top, j*stride + q*dilation - left,
/// c] * weight[p, q, c, o]</c>, with x zero outside the image. With groups, c runs over the input channels of o's
/// group.
/// </summary>
/// <remarks>
/// Input <c>[b, h, w, c]</c>, output <c>[b, h', w', o]</c>, weight <c>[kernel height, kernel width, c / groups, o]</c>,
/// bias <c>[o]</c>. Depthwise convolutions have kernels of their own; other groups are computed one after another.
/// </remarks>
public sealed class Convolution2D : Layer
{
    /// <summary>Makes a layer with zero weights.</summary>
    /// <param name="options">The sizes of the operation.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size, stride, dilation or group count is below 1 or the padding negative.
    /// </exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public Convolution2D(Convolution2DOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.OutputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KernelHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KernelWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dilation, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Groups, 1);
        if (options.InputChannels % options.Groups != 0 || options.OutputChannels % options.Groups != 0)
            throw new ArgumentException(
                $"Convolution2D: {options.Groups} groups do not divide {options.InputChannels} input and "
                    + $"{options.OutputChannels} output channels; expected a common divisor of both.",
                nameof(options)
            );
        var padding = options.Padding;
        ArgumentOutOfRangeException.ThrowIfNegative(
            Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)),
            nameof(options)
        );
        Options = options;
        Weight = AddParameter(
            "weight",
            ParameterRole.Weight,
            options.KernelHeight,
            options.KernelWidth,
            options.InputChannels / options.Groups,
            options.OutputChannels
        );
        if (options.HasBias)
            Bias = AddParameter("bias", ParameterRole.Bias, options.OutputChannels);
    }

    /// <summary>The sizes of the operation.</summary>
    public Convolution2DOptions Options { get; }

    /// <summary>The kernel, <c>[kernel height, kernel width, input channels / groups, output channels]</c>.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, <c>[output channels]</c>, where there is one.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string Configuration => Options.ToString();

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => Weight.Trainable ? BackwardReads.Inputs : BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        if (input.Rank != 4 || input[3] != Options.InputChannels)
            throw Unsuitable(input, $"[batch, height, width, {Options.InputChannels}]");
        var geometry = Geometry(input);
        if (geometry.OutputHeight < 1 || geometry.OutputWidth < 1)
            throw Unsuitable(
                input,
                $"an image that a {Options.KernelHeight}x{Options.KernelWidth} kernel fits into; use a larger image "
                    + $"size"
            );
        return new Shape(input[0], geometry.OutputHeight, geometry.OutputWidth, Options.OutputChannels);
    }

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) =>
        new ConvolutionLowering(Geometry(inputs[0]), Options.Groups, Weight.Value, Bias?.Value);

    /// <inheritdoc/>
    public override void Forward(LayerPass pass)
    {
        using var kernel = Tensor.View(Weight.Value, 0, Weight.Value.Shape);
        var weights = FusedWeights.Create(kernel, Bias is null ? default : Bias.Value.Span);
        Run(weights, pass.Input, residual: null, pass.Output, pass.Workers);
    }

    /// <summary>
    /// <c>dx</c>: the gradient's convolution with the kernel flipped and transposed; <c>dweight</c>: for each tap the
    /// transposed input times <c>dy</c>; <c>dbias</c>: the sum of <c>dy</c>.
    /// </summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        if (Weight.Trainable)
            ConvolutionGradients.AddByWeight(this, pass.Input, gradient, Weight.RequireGradient(), pass.Workers);
        if (Bias is { Trainable: true })
            Gradients.AddColumnSums(gradient, Bias.RequireGradient(), pass.Workers);
        if (pass.InputGradients[0] is { } inputGradient)
            ConvolutionGradients.ByInput(this, scale: null, gradient, inputGradient, adds: true, pass.Workers);
    }

    /// <summary>
    /// Computes the convolution, and the operations fused with it, with weights that replace the layer's own, for
    /// example scaled ones.
    /// </summary>
    /// <param name="weights">The weights; the call disposes them.</param>
    /// <param name="input">The images.</param>
    /// <param name="residual">Added to the result before it is clamped, or null.</param>
    /// <param name="output">Receives the result.</param>
    /// <param name="workers">The worker threads.</param>
    internal void Run(FusedWeights weights, Tensor input, Tensor? residual, Tensor output, WorkerPool workers)
    {
        int[] inputs = residual is null ? [0] : [0, 1];
        if (Options.Groups > 1)
        {
            using var grouped = ConvolutionSteps.CreateGrouped(
                Kind,
                Geometry(input.Shape),
                Options.Groups,
                weights,
                inputs,
                2
            );
            grouped.Run([input, residual, output], workers);
            return;
        }

        var (padded, geometry) = KernelRowPadding.Apply(Geometry(input.Shape), input, workers);
        using (padded)
        using (
            var step = ConvolutionSteps.Create(
                Kind,
                geometry,
                ConvolutionAlgorithms.Choose(geometry, exact: false),
                weights,
                inputs,
                2,
                workers
            )
        )
            step.Run([padded, residual, output], workers);
    }

    /// <summary>The sizes for an input.</summary>
    internal ConvolutionGeometry Geometry(Shape input) =>
        new()
        {
            InputHeight = input[1],
            InputWidth = input[2],
            InputChannels = Options.InputChannels,
            OutputChannels = Options.OutputChannels,
            KernelHeight = Options.KernelHeight,
            KernelWidth = Options.KernelWidth,
            StrideHeight = Options.Stride,
            StrideWidth = Options.Stride,
            DilationHeight = Options.Dilation,
            DilationWidth = Options.Dilation,
            PaddingTop = Options.Padding.Top,
            PaddingLeft = Options.Padding.Left,
            PaddingBottom = Options.Padding.Bottom,
            PaddingRight = Options.Padding.Right,
        };
}
