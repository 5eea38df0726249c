using Graft.Layers.Inference.Steps;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Depthwise;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Gradients;

namespace Graft.Layers.Convolution;

/// <summary>The gradients of a convolution with respect to its weight and its input.</summary>
internal static unsafe class ConvolutionGradients
{
    /// <summary>
    /// The number of pixels that a depthwise kernel's gradient sums at a time; short sums stay accurate.
    /// </summary>
    private const int DepthwiseBlock = 512;

    /// <summary>
    /// Adds the gradient with respect to the weight: for each tap the transposed input times the output's gradient.
    /// </summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="input">Its input.</param>
    /// <param name="gradient">The gradient with respect to its output.</param>
    /// <param name="target">Shaped like the weight, added to.</param>
    /// <param name="workers">The worker threads.</param>
    public static void AddByWeight(
        Convolution2D layer,
        Tensor input,
        Tensor gradient,
        Tensor target,
        WorkerPool workers
    )
    {
        var geometry = layer.Geometry(input.Shape);
        if (layer.Options.IsDepthwise)
        {
            using var zeros = Tensor.Zeros(new Shape(geometry.InputChannels));
            DepthwiseConvolution.AddWeightGradient(
                new IndirectRows(geometry, input.Pointer, zeros.Pointer),
                Pixels(gradient),
                DepthwiseBlock,
                gradient.Pointer,
                target.Pointer,
                workers
            );
            return;
        }

        var groups = layer.Options.Groups;
        if (groups == 1)
        {
            var (padded, whole) = KernelRowPadding.Apply(geometry, input, workers);
            using (padded)
                WeightGradient.Add(
                    whole,
                    input.Shape[0],
                    padded.Pointer,
                    whole.InputChannels,
                    gradient.Pointer,
                    whole.OutputChannels,
                    target.Pointer,
                    workers
                );
            return;
        }

        var (inputs, outputs) = (geometry.InputChannels / groups, geometry.OutputChannels / groups);
        var part = geometry with { InputChannels = inputs, OutputChannels = outputs };
        for (var group = 0; group < groups; group++)
        {
            WeightGradient.Add(
                part,
                input.Shape[0],
                input.Pointer + (group * inputs),
                geometry.InputChannels,
                gradient.Pointer + (group * outputs),
                geometry.OutputChannels,
                target.Pointer + (group * outputs),
                workers
            );
        }
    }

    /// <summary>
    /// Computes the gradient with respect to the input: each pixel gathers the gradients of all outputs that depend on
    /// it.
    /// </summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="scale">
    /// The factor of each output channel by which the weight was multiplied; none when null.
    /// </param>
    /// <param name="gradient">The gradient with respect to its output.</param>
    /// <param name="target">Shaped like the input.</param>
    /// <param name="adds">Whether to add to the target rather than to overwrite it.</param>
    /// <param name="workers">The worker threads.</param>
    public static void ByInput(
        Convolution2D layer,
        Tensor? scale,
        Tensor gradient,
        Tensor target,
        bool adds,
        WorkerPool workers
    )
    {
        var geometry = layer.Geometry(target.Shape);
        var isWhole = layer.Options.Groups == 1;
        if ((isWhole || layer.Options.IsDepthwise) && HasTranspose(geometry))
        {
            RunTransposed(layer, geometry, scale, gradient, target, adds, workers);
            return;
        }

        if (isWhole && geometry is { Taps: 1, IsPadded: false })
        {
            RunStridedPointwise(layer, geometry, scale, gradient, target, adds, workers);
            return;
        }

        if (!adds)
            target.Span.Clear();
        using var zeros = Tensor.Zeros(new Shape(geometry.OutputChannels));
        var rows = new InputGradientRows(geometry, gradient.Pointer, zeros.Pointer);
        if (layer.Options.IsDepthwise)
        {
            using var scaled = View(layer, scale).ToTensor(layer.Weight.Value.Shape);
            DepthwiseConvolution.AddPixels(rows, Pixels(target), scaled.Pointer, target.Pointer, workers);
        }
        else
        {
            AddGathered(layer, geometry, rows, scale, target, workers);
        }
    }

    /// <summary>A layer's weight multiplied by a scale.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="scale">A factor for each output channel; none when null. Must live as long as the result.</param>
    public static KernelView View(Convolution2D layer, Tensor? scale)
    {
        var weight = layer.Weight.Value;
        return new KernelView(
            weight.Pointer,
            weight.Shape[0] * weight.Shape[1],
            weight.Shape[2],
            weight.Shape[3],
            scale: scale is null ? null : scale.Pointer
        );
    }

    /// <summary>
    /// Whether the gradient with respect to the input is a convolution of the gradient with respect to the output.
    /// </summary>
    private static bool HasTranspose(ConvolutionGeometry geometry) =>
        geometry is { StrideHeight: 1, StrideWidth: 1 }
        && Math.Max(geometry.PaddingTop, geometry.PaddingBottom)
            <= (geometry.KernelHeight - 1) * geometry.DilationHeight
        && Math.Max(geometry.PaddingLeft, geometry.PaddingRight) <= (geometry.KernelWidth - 1) * geometry.DilationWidth;

    /// <summary>
    /// Runs the convolution with the kernel flipped, inputs and outputs swapped, and padding to the full reach of the
    /// kernel.
    /// </summary>
    private static void RunTransposed(
        Convolution2D layer,
        ConvolutionGeometry geometry,
        Tensor? scale,
        Tensor gradient,
        Tensor target,
        bool adds,
        WorkerPool workers
    )
    {
        var (reachY, reachX) = (
            (geometry.KernelHeight - 1) * geometry.DilationHeight,
            (geometry.KernelWidth - 1) * geometry.DilationWidth
        );
        var transposed = geometry with
        {
            InputHeight = geometry.OutputHeight,
            InputWidth = geometry.OutputWidth,
            InputChannels = geometry.OutputChannels,
            OutputChannels = geometry.InputChannels,
            PaddingTop = reachY - geometry.PaddingTop,
            PaddingBottom = reachY - geometry.PaddingBottom,
            PaddingLeft = reachX - geometry.PaddingLeft,
            PaddingRight = reachX - geometry.PaddingRight,
        };
        var weight = layer.Weight.Value;
        if (layer.Options.IsDepthwise)
        {
            var turned = FusedWeights.Create(View(layer, scale).TurnedRound().ToTensor(weight.Shape), default);
            RunDepthwise(
                ConvolutionSteps.CreateGrouped(layer.Kind, transposed, layer.Options.Groups, turned, [0], 1),
                gradient,
                target,
                adds,
                workers
            );
            return;
        }

        var weights = FusedWeights.CarryingBack(Tensor.View(weight, 0, weight.Shape), scale);
        int[] inputs = adds ? [0, 1] : [0];
        using var step = ConvolutionSteps.Create(
            layer.Kind,
            transposed,
            ConvolutionAlgorithms.Choose(transposed, exact: false),
            weights,
            inputs,
            1,
            workers
        );
        step.Run([gradient, target], workers);
    }

    /// <summary>Runs a depthwise convolution and, if requested, adds the result to the target.</summary>
    // A depthwise convolution computes some pixels twice, so it cannot add to its target directly.
    private static void RunDepthwise(PlanStep depthwise, Tensor gradient, Tensor target, bool adds, WorkerPool workers)
    {
        using var step = depthwise;
        using var addend = adds ? target.Clone() : null;
        step.Run([gradient, target], workers);
        if (addend is not null)
            Gradients.Add(addend, target, workers);
    }

    /// <summary>
    /// Computes one product and scatters its rows: only the pixels under the kernel receive a gradient.
    /// </summary>
    private static void RunStridedPointwise(
        Convolution2D layer,
        ConvolutionGeometry geometry,
        Tensor? scale,
        Tensor gradient,
        Tensor target,
        bool adds,
        WorkerPool workers
    )
    {
        var channels = geometry.InputChannels;
        var batch = gradient.Shape[0];
        using var packed = PackedMatrix.Pack(View(layer, scale).Transposed(), workers: workers);
        using var products = Tensor.Uninitialized(new Shape(Pixels(gradient), channels));
        MatrixProduct.Run(
            new MatrixRows(gradient.Pointer, geometry.OutputChannels, geometry.OutputChannels),
            Pixels(gradient),
            packed,
            products.Pointer,
            Epilogue.None,
            workers
        );
        workers.Run(batch * geometry.InputHeight, (task, _) =>
        {
            var (image, y) = Math.DivRem(task, geometry.InputHeight);
            var row = new Span<float>(
                target.Pointer + ((nint)task * geometry.InputWidth * channels),
                geometry.InputWidth * channels
            );
            if (!adds)
                row.Clear();
            var (outputY, remainder) = Math.DivRem(y, geometry.StrideHeight);
            if (remainder != 0 || outputY >= geometry.OutputHeight)
                return;
            var source =
                products.Pointer
                + ((((nint)image * geometry.OutputHeight) + outputY) * geometry.OutputWidth * channels);
            for (var x = 0; x < geometry.OutputWidth; x++)
            {
                var pixel = row.Slice(x * geometry.StrideWidth * channels, channels);
                var values = new ReadOnlySpan<float>(source + ((nint)x * channels), channels);
                if (adds)
                    Gradients.Add(values, pixel);
                else
                    values.CopyTo(pixel);
            }
        });
    }

    private static void AddGathered(
        Convolution2D layer,
        ConvolutionGeometry geometry,
        RowSource rows,
        Tensor? scale,
        Tensor target,
        WorkerPool workers
    )
    {
        var groups = layer.Options.Groups;
        var (inputs, outputs) = (geometry.InputChannels / groups, geometry.OutputChannels / groups);
        for (var group = 0; group < groups; group++)
        {
            using var transposed = PackedMatrix.Pack(
                View(layer, scale).OfOutputs(group * outputs, outputs).Transposed(),
                workers: workers
            );
            var part = target.Pointer + (group * inputs);
            var epilogue = Epilogue.None;
            epilogue.Residual = part;
            MatrixProduct.Run(
                GroupRows.Create(rows, group, outputs),
                Pixels(target),
                transposed,
                part,
                epilogue,
                workers,
                geometry.InputChannels
            );
        }
    }

    private static int Pixels(Tensor images) => images.Shape[0] * images.Shape[1] * images.Shape[2];
}
