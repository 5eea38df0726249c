using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// A convolution in groups, computed as one product after another, with the following operations fused: folded batch
/// normalisation, bias, residual add, clamp.
/// </summary>
internal sealed unsafe class GroupedConvolutionStep : PlanStep
{
    private readonly ConvolutionGeometry _geometry;
    private readonly PackedMatrix[] _kernels;
    private readonly Tensor[] _biases;
    private readonly float _minimum;
    private readonly float _maximum;
    private readonly Tensor _zeros;

    /// <summary>Packs the weights.</summary>
    /// <param name="description">A one-line description of the step.</param>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="groups">The number of groups; divides the channels.</param>
    /// <param name="fused">The kernel and the fused operations; consumed by the step.</param>
    /// <param name="inputs">The value to convolve, and the residual if there is one.</param>
    /// <param name="output">The value that the step writes.</param>
    public GroupedConvolutionStep(
        string description,
        ConvolutionGeometry geometry,
        int groups,
        FusedWeights fused,
        IReadOnlyList<int> inputs,
        int output
    )
        : base(description, inputs, output)
    {
        using var consumed = fused;
        _geometry = geometry;
        (_minimum, _maximum) = (fused.Minimum, fused.Maximum);
        _zeros = Tensor.Zeros(new Shape(geometry.InputChannels));
        _kernels = new PackedMatrix[groups];
        _biases = new Tensor[groups];
        var outputs = geometry.OutputChannels / groups;
        for (var group = 0; group < groups; group++)
        {
            var kernel = PackedMatrix.Pack(
                new KernelView(
                    fused.Kernel.Pointer + (group * outputs),
                    geometry.Taps,
                    geometry.InputChannels / groups,
                    outputs,
                    geometry.OutputChannels
                )
            );
            _kernels[group] = kernel;
            _biases[group] = Tensor.Zeros(new Shape(kernel.PanelCount * kernel.Kernel.Columns));
            fused.Bias.Span.Slice(group * outputs, outputs).CopyTo(_biases[group].Span);
        }
    }

    public override long Operations =>
        2L
        * _geometry.OutputPixels
        * _geometry.OutputChannels
        * _geometry.Taps
        * (_geometry.InputChannels / _kernels.Length);

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var input = values[Inputs[0]]!;
        var result = values[Output]!;
        var rows = new IndirectRows(_geometry, input.Pointer, _zeros.Pointer);
        var outputs = _geometry.OutputChannels / _kernels.Length;
        for (var group = 0; group < _kernels.Length; group++)
        {
            var epilogue = new Epilogue
            {
                Bias = _biases[group].Pointer,
                Residual = Inputs.Count > 1 ? values[Inputs[1]]!.Pointer + (group * outputs) : null,
                Minimum = _minimum,
                Maximum = _maximum,
            };
            MatrixProduct.Run(
                GroupRows.Create(rows, group, _geometry.InputChannels / _kernels.Length),
                result.Shape[0] * _geometry.OutputPixels,
                _kernels[group],
                result.Pointer + (group * outputs),
                epilogue,
                workers,
                _geometry.OutputChannels
            );
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var kernel in _kernels)
            kernel.Dispose();
        foreach (var bias in _biases)
            bias.Dispose();
        _zeros.Dispose();
    }
}
