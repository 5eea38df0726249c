using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.InvertedResidual;

/// <summary>
/// The three convolutions of an inverted residual block and the images that it is applied to. Owns nothing.
/// </summary>
internal sealed unsafe class InvertedResidualOperands
{
    /// <summary>The number of images.</summary>
    public required int Batch { get; init; }

    /// <summary>The rows of the first convolution, one for each pixel of the expanded images.</summary>
    public required RowSource ExpandRows { get; init; }

    /// <summary>The kernel of the first convolution.</summary>
    public required PackedMatrix Expand { get; init; }

    /// <summary>Bias and clamp of the first convolution.</summary>
    public required Epilogue ExpandEpilogue { get; init; }

    /// <summary>The sizes of the depthwise convolution; input and output have the same number of channels.</summary>
    public required ConvolutionGeometry Depthwise { get; init; }

    /// <summary>The kernel of the depthwise convolution, <c>[tap][channel]</c>.</summary>
    public required float* DepthwiseWeights { get; init; }

    /// <summary>Bias and clamp of the depthwise convolution.</summary>
    public required Epilogue DepthwiseEpilogue { get; init; }

    /// <summary>The kernel of the last, pointwise convolution.</summary>
    public required PackedMatrix Project { get; init; }

    /// <summary>Bias, residual (of all images) and clamp of the last convolution.</summary>
    public required Epilogue ProjectEpilogue { get; init; }

    /// <summary>The results of all images; must not overlap the input or the residual.</summary>
    public required float* Output { get; init; }
}
