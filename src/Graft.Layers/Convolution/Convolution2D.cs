using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Convolution;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as in all frameworks) over NHWC images:
/// <c>y[b, i, j, o] = bias[o] + sum over (p, q, c) of x[b, i*stride + p*dilation - top, j*stride + q*dilation - left, c] * weight[p, q, c, o]</c>,
/// with x zero outside the image.
/// </summary>
/// <remarks>Input <c>[b, h, w, c]</c>, output <c>[b, h', w', o]</c>, weight <c>[kernel height, kernel width, c, o]</c>, bias <c>[o]</c>.</remarks>
public sealed class Convolution2D : Layer
{
    /// <summary>Pixels whose columns are laid out at a time for the weight's gradient; bounds its scratch memory.</summary>
    private const int GradientBlock = 512;

    /// <summary>Makes a layer with zero weights.</summary>
    /// <param name="options">The sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size, stride or dilation is below 1 or the padding negative.</exception>
    public Convolution2D(Convolution2DOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.OutputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KernelHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KernelWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dilation, 1);
        var padding = options.Padding;
        ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)), nameof(options));
        Options = options;
        Weight = AddParameter("weight", ParameterRole.Weight, options.KernelHeight, options.KernelWidth, options.InputChannels, options.OutputChannels);
        if (options.HasBias)
            Bias = AddParameter("bias", ParameterRole.Bias, options.OutputChannels);
    }

    /// <summary>The sizes.</summary>
    public Convolution2DOptions Options { get; }

    /// <summary>The kernel, <c>[kernel height, kernel width, input channels, output channels]</c>.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, <c>[output channels]</c>, where there is one.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string Configuration => Options.ToString();

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        if (input.Rank != 4 || input[3] != Options.InputChannels)
            throw Unsuitable(input, $"[batch, height, width, {Options.InputChannels}]");
        var geometry = Geometry(input);
        if (geometry.OutputHeight < 1 || geometry.OutputWidth < 1)
            throw Unsuitable(input, $"an image that a {Options.KernelHeight}x{Options.KernelWidth} kernel fits into; use a larger image size");
        return new Shape(input[0], geometry.OutputHeight, geometry.OutputWidth, Options.OutputChannels);
    }

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        using var packed = PackWeight();
        using var bias = PaddedBias(packed);
        using var zeros = Tensor.Zeros(new Shape(Options.InputChannels));
        var rows = new IndirectRows(Geometry(pass.Input.Shape), pass.Input.Pointer, zeros.Pointer);
        var epilogue = Epilogue.None;
        epilogue.Bias = bias is null ? null : bias.Pointer;
        MatrixProduct.Run(rows, RowCount(pass.Output), packed, pass.Output.Pointer, epilogue, pass.Workers);
    }

    /// <summary>
    /// <c>dx</c>: each input pixel gathers <c>dy * weight^T</c> over the taps that saw it; <c>dweight</c>: columns of the
    /// input times <c>dy</c>; <c>dbias</c>: the sum of <c>dy</c>.
    /// </summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        if (Weight.Trainable)
            AddWeightGradient(pass, gradient);
        if (Bias is { Trainable: true })
            Gradients.AddColumnSums(gradient, Bias.RequireGradient());
        if (pass.InputGradients[0] is not { } inputGradient)
            return;

        using var transposed = PackedMatrix.PackTransposed(Weight.Value.Pointer, Options.KernelHeight * Options.KernelWidth, Options.OutputChannels, Options.InputChannels);
        using var zeros = Tensor.Zeros(new Shape(Options.OutputChannels));
        var rows = new InputGradientRows(Geometry(pass.Input.Shape), gradient.Pointer, zeros.Pointer);
        var epilogue = Epilogue.None;
        epilogue.Residual = inputGradient.Pointer;
        MatrixProduct.Run(rows, RowCount(inputGradient), transposed, inputGradient.Pointer, epilogue, pass.Workers);
    }

    /// <summary>The sizes for an input.</summary>
    internal ConvolutionGeometry Geometry(Shape input) => new()
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

    private static int RowCount(Tensor images) => images.Shape[0] * images.Shape[1] * images.Shape[2];

    private unsafe PackedMatrix PackWeight() =>
        PackedMatrix.Pack(Weight.Value.Pointer, Options.KernelHeight * Options.KernelWidth * Options.InputChannels, Options.OutputChannels);

    private Tensor? PaddedBias(PackedMatrix packed)
    {
        if (Bias is null)
            return null;
        var padded = Tensor.Zeros(new Shape(packed.PanelCount * packed.Kernel.Columns));
        Bias.Value.Span.CopyTo(padded.Span);
        return padded;
    }

    private unsafe void AddWeightGradient(LayerPass pass, Tensor gradient)
    {
        var target = Weight.RequireGradient();
        var depth = Options.KernelHeight * Options.KernelWidth * Options.InputChannels;
        var rowCount = RowCount(gradient);
        using var zeros = Tensor.Zeros(new Shape(Options.InputChannels));
        using var columns = Tensor.Uninitialized(new Shape(depth, Math.Min(GradientBlock, rowCount)));
        var source = new IndirectRows(Geometry(pass.Input.Shape), pass.Input.Pointer, zeros.Pointer);
        var epilogue = Epilogue.None;
        epilogue.Residual = target.Pointer;
        for (var first = 0; first < rowCount; first += GradientBlock)
        {
            var count = Math.Min(GradientBlock, rowCount - first);
            TransposeRows(source, first, count, columns.Pointer, pass.Workers);
            using var packed = PackedMatrix.Pack(gradient.Pointer + ((nint)first * Options.OutputChannels), count, Options.OutputChannels);
            MatrixProduct.Run(new MatrixRows(columns.Pointer, count, count), depth, packed, target.Pointer, epilogue, pass.Workers);
        }
    }

    /// <summary>Writes rows of the implied matrix as columns: <c>[taps * channels][count]</c>.</summary>
    private static unsafe void TransposeRows(IndirectRows source, int first, int count, float* columns, WorkerPool workers)
    {
        var taps = source.Taps;
        var length = source.TapLength;
        workers.Run(count, (row, _) =>
        {
            var pointers = stackalloc float*[taps];
            source.Locate(first + row, 1, pointers, 1);
            for (var tap = 0; tap < taps; tap++)
            {
                var target = columns + ((nint)tap * length * count) + row;
                for (var channel = 0; channel < length; channel++, target += count)
                    *target = pointers[tap][channel];
            }
        });
    }
}
