using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// A convolution or dense layer with the following operations fused: folded batch normalisation, bias, residual add,
/// clamp.
/// </summary>
internal sealed unsafe class ConvolutionStep : PlanStep
{
    private readonly ConvolutionGeometry _geometry;
    private readonly ConvolutionAlgorithm _algorithm;
    private readonly PackedMatrix _kernel;
    private readonly Tensor _bias;
    private readonly float _minimum;
    private readonly float _maximum;
    private readonly Tensor _zeros;

    /// <summary>Packs the weights.</summary>
    /// <param name="description">A one-line description of the step.</param>
    /// <param name="geometry">The sizes; a dense layer is a 1x1 convolution of one pixel.</param>
    /// <param name="fused">The kernel and the fused operations; the step owns them.</param>
    /// <param name="inputs">The value to convolve, and the residual if there is one.</param>
    /// <param name="output">The value that the step writes.</param>
    /// <param name="workers">The threads to pack on; only the calling thread when null.</param>
    public ConvolutionStep(
        string description,
        ConvolutionGeometry geometry,
        FusedWeights fused,
        IReadOnlyList<int> inputs,
        int output,
        WorkerPool? workers = null
    )
        : base(description, inputs, output)
    {
        _geometry = geometry;
        _algorithm = ConvolutionAlgorithms.Choose(geometry, exact: true);
        using (fused.Kernel)
            _kernel = PackedMatrix.Pack(fused.View(geometry), workers: workers);
        (_bias, _minimum, _maximum) = (fused.Bias, fused.Minimum, fused.Maximum);
        _zeros = Tensor.Zeros(new Shape(geometry.InputChannels));
    }

    public override long Operations =>
        2L * _geometry.OutputPixels * _geometry.OutputChannels * _geometry.Taps * _geometry.InputChannels;

    /// <summary>The sizes of the operation.</summary>
    public ConvolutionGeometry Geometry => _geometry;

    /// <summary>The packed kernel; owned by the step.</summary>
    public PackedMatrix Kernel => _kernel;

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var result = values[Output]!;
        MatrixProduct.Run(
            Rows(values),
            result.Shape[0] * _geometry.OutputPixels,
            _kernel,
            result.Pointer,
            Epilogue(values),
            workers
        );
    }

    /// <summary>The left operand: a row for each pixel of the output.</summary>
    /// <param name="values">The plan's values.</param>
    public RowSource Rows(Tensor?[] values)
    {
        var input = values[Inputs[0]]!;
        return _algorithm switch
        {
            ConvolutionAlgorithm.Pointwise => new MatrixRows(
                input.Pointer,
                _geometry.InputChannels,
                _geometry.InputChannels
            ),
            ConvolutionAlgorithm.KernelRows => new KernelRowRows(_geometry, input.Pointer),
            _ => new IndirectRows(_geometry, input.Pointer, _zeros.Pointer),
        };
    }

    /// <summary>The operations applied to each result.</summary>
    /// <param name="values">The plan's values.</param>
    public Epilogue Epilogue(Tensor?[] values) =>
        new()
        {
            Bias = _bias.Pointer,
            Residual = Inputs.Count > 1 ? values[Inputs[1]]!.Pointer : null,
            Minimum = _minimum,
            Maximum = _maximum,
        };

    public override void Dispose()
    {
        base.Dispose();
        _kernel.Dispose();
        _bias.Dispose();
        _zeros.Dispose();
    }
}
