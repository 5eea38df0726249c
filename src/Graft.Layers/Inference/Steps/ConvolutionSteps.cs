using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Layers.Inference.Steps;

/// <summary>Makes the step that computes a convolution.</summary>
internal static class ConvolutionSteps
{
    /// <summary>Makes a step for a convolution without groups.</summary>
    /// <param name="description">A one-line description of the step.</param>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="weights">The kernel and the fused operations; the step owns them.</param>
    /// <param name="inputs">The value to convolve, and the residual if there is one.</param>
    /// <param name="output">The value that the step writes.</param>
    /// <param name="workers">The threads to prepare the weights on; only the calling thread when null.</param>
    public static PlanStep Create(
        string description,
        ConvolutionGeometry geometry,
        ConvolutionAlgorithm algorithm,
        FusedWeights weights,
        IReadOnlyList<int> inputs,
        int output,
        WorkerPool? workers = null
    ) =>
        algorithm switch
        {
            ConvolutionAlgorithm.Winograd => new WinogradStep(
                $"{description} (winograd {WinogradTiling.Describe(geometry.OutputHeight, geometry.OutputWidth)})",
                geometry,
                weights,
                inputs,
                output,
                workers
            ),
            _ => new ConvolutionStep(description, geometry, weights, inputs, output, workers),
        };

    /// <summary>Makes a step for a convolution in groups.</summary>
    /// <param name="description">A one-line description of the step.</param>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="weights">The kernel and the fused operations; the step owns them.</param>
    /// <param name="inputs">The value to convolve, and the residual if there is one.</param>
    /// <param name="output">The value that the step writes.</param>
    public static PlanStep CreateGrouped(
        string description,
        ConvolutionGeometry geometry,
        int groups,
        FusedWeights weights,
        IReadOnlyList<int> inputs,
        int output
    ) =>
        groups == geometry.InputChannels && groups == geometry.OutputChannels
            ? new DepthwiseStep($"{description} (depthwise)", geometry, weights, inputs, output)
            : new GroupedConvolutionStep($"{description} ({groups} groups)", geometry, groups, weights, inputs, output);
}
