using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Depthwise;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Convolution;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as in all frameworks) over NHWC images:
/// <c>y[b, i, j, o] = bias[o] + sum over (p, q, c) of x[b, i*stride + p*dilation - top, j*stride + q*dilation - left, c] * weight[p, q, c, o]</c>,
/// with x zero outside the image. With groups, c runs over the input channels of o's group.
/// </summary>
/// <remarks>
/// Input <c>[b, h, w, c]</c>, output <c>[b, h', w', o]</c>, weight <c>[kernel height, kernel width, c / groups, o]</c>,
/// bias <c>[o]</c>. Depthwise convolutions have kernels of their own; other groups are computed one after the other.
/// </remarks>
public sealed class Convolution2D : Layer
{
    /// <summary>Pixels whose columns are laid out at a time for the weight's gradient; bounds its scratch memory.</summary>
    private const int GradientBlock = 512;

    /// <summary>Makes a layer with zero weights.</summary>
    /// <param name="options">The sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size, stride, dilation or group count is below 1 or the padding negative.</exception>
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
            throw new ArgumentException($"Convolution2D: {options.Groups} groups do not divide {options.InputChannels} input and {options.OutputChannels} output channels; expected a common divisor of both.", nameof(options));
        var padding = options.Padding;
        ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)), nameof(options));
        Options = options;
        Weight = AddParameter("weight", ParameterRole.Weight, options.KernelHeight, options.KernelWidth, options.InputChannels / options.Groups, options.OutputChannels);
        if (options.HasBias)
            Bias = AddParameter("bias", ParameterRole.Bias, options.OutputChannels);
    }

    /// <summary>The sizes.</summary>
    public Convolution2DOptions Options { get; }

    /// <summary>The kernel, <c>[kernel height, kernel width, input channels / groups, output channels]</c>.</summary>
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
        var geometry = Geometry(pass.Input.Shape);
        var epilogue = Epilogue.None;
        if (Options.IsDepthwise)
        {
            epilogue.Bias = Bias is null ? null : Bias.Value.Pointer;
            DepthwiseConvolution.Run(geometry, pass.Input.Shape[0], pass.Input.Pointer, Weight.Value.Pointer, pass.Output.Pointer, epilogue, pass.Workers);
            return;
        }

        using var zeros = Tensor.Zeros(new Shape(Options.InputChannels));
        var rows = new IndirectRows(geometry, pass.Input.Pointer, zeros.Pointer);
        for (var group = 0; group < Options.Groups; group++)
        {
            using var packed = PackedMatrix.Pack(GroupOf(Weight.Value, group), TapCount * GroupInputs, GroupOutputs, rowStride: Options.OutputChannels);
            using var bias = PaddedBias(packed, group);
            epilogue.Bias = bias is null ? null : bias.Pointer;
            MatrixProduct.Run(GroupRows.Of(rows, group, GroupInputs), RowCount(pass.Output), packed, GroupOf(pass.Output, group), epilogue, pass.Workers, Options.OutputChannels);
        }
    }

    /// <summary>
    /// <c>dx</c>: each input pixel gathers <c>dy * weight^T</c> over the taps that saw it; <c>dweight</c>: columns of the
    /// input times <c>dy</c>; <c>dbias</c>: the sum of <c>dy</c>.
    /// </summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        if (Weight.Trainable)
            AddWeightGradient(pass, gradient);
        if (Bias is { Trainable: true })
            Gradients.AddColumnSums(gradient, Bias.RequireGradient());
        if (pass.InputGradients[0] is { } inputGradient)
            AddInputGradient(pass, gradient, inputGradient);
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

    private int TapCount => Options.KernelHeight * Options.KernelWidth;

    private int GroupInputs => Options.InputChannels / Options.Groups;

    private int GroupOutputs => Options.OutputChannels / Options.Groups;

    /// <summary>Where a group's columns begin in a tensor whose last dimension is the output channels.</summary>
    private unsafe float* GroupOf(Tensor tensor, int group) => tensor.Pointer + (group * GroupOutputs);

    private Tensor? PaddedBias(PackedMatrix packed, int group)
    {
        if (Bias is null)
            return null;
        var padded = Tensor.Zeros(new Shape(packed.PanelCount * packed.Kernel.Columns));
        Bias.Value.Span.Slice(group * GroupOutputs, GroupOutputs).CopyTo(padded.Span);
        return padded;
    }

    private unsafe void AddInputGradient(LayerPass pass, Tensor gradient, Tensor target)
    {
        using var zeros = Tensor.Zeros(new Shape(Options.OutputChannels));
        var rows = new InputGradientRows(Geometry(pass.Input.Shape), gradient.Pointer, zeros.Pointer);
        if (Options.IsDepthwise)
        {
            DepthwiseConvolution.AddPixels(rows, RowCount(target), Weight.Value.Pointer, target.Pointer, pass.Workers);
            return;
        }

        for (var group = 0; group < Options.Groups; group++)
        {
            using var transposed = PackedMatrix.PackTransposed(GroupOf(Weight.Value, group), TapCount, GroupOutputs, GroupInputs, rowStride: Options.OutputChannels);
            var part = target.Pointer + (group * GroupInputs);
            var epilogue = Epilogue.None;
            epilogue.Residual = part;
            MatrixProduct.Run(GroupRows.Of(rows, group, GroupOutputs), RowCount(target), transposed, part, epilogue, pass.Workers, Options.InputChannels);
        }
    }

    private unsafe void AddWeightGradient(LayerPass pass, Tensor gradient)
    {
        var target = Weight.RequireGradient();
        var rowCount = RowCount(gradient);
        using var zeros = Tensor.Zeros(new Shape(Options.InputChannels));
        var rows = new IndirectRows(Geometry(pass.Input.Shape), pass.Input.Pointer, zeros.Pointer);
        if (Options.IsDepthwise)
        {
            DepthwiseConvolution.AddWeightGradient(rows, rowCount, GradientBlock, gradient.Pointer, target.Pointer, pass.Workers);
            return;
        }

        var depth = TapCount * GroupInputs;
        using var columns = Tensor.Uninitialized(new Shape(depth, Math.Min(GradientBlock, rowCount)));
        for (var group = 0; group < Options.Groups; group++)
        {
            var source = GroupRows.Of(rows, group, GroupInputs);
            var epilogue = Epilogue.None;
            epilogue.Residual = GroupOf(target, group);
            for (var first = 0; first < rowCount; first += GradientBlock)
            {
                var count = Math.Min(GradientBlock, rowCount - first);
                TransposeRows(source, first, count, columns.Pointer, pass.Workers);
                using var packed = PackedMatrix.Pack(GroupOf(gradient, group) + ((nint)first * Options.OutputChannels), count, GroupOutputs, rowStride: Options.OutputChannels);
                MatrixProduct.Run(new MatrixRows(columns.Pointer, count, count), depth, packed, epilogue.Residual, epilogue, pass.Workers, Options.OutputChannels);
            }
        }
    }

    /// <summary>Writes rows of the implied matrix as columns: <c>[taps * channels][count]</c>.</summary>
    private static unsafe void TransposeRows(RowSource source, int first, int count, float* columns, WorkerPool workers)
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
