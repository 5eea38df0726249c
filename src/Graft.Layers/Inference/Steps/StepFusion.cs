using Graft.Layers.Normalization;
using Graft.Layers.Reshaping;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// Merges steps whose intermediate results nothing else reads: preprocessing with the padding after it, and three
/// convolutions of which the middle one is depthwise. A pure function of the steps.
/// </summary>
internal sealed class StepFusion
{
    /// <summary>Images with fewer pixels than this are better computed together.</summary>
    // Three passes read the weights once for all images; a single pass reads them once for each image.
    private const int FewestPixels = 100;

    private readonly IReadOnlyList<PlanValue> _values;
    private readonly Dictionary<int, int> _uses;

    private StepFusion(IReadOnlyList<PlanStep> steps, IReadOnlyList<PlanValue> values, int outputValue)
    {
        _values = values;
        _uses = steps
            .SelectMany(step => step.Inputs.Append(step.Output))
            .Append(outputValue)
            .CountBy(value => values[value].Storage)
            .ToDictionary();
    }

    /// <summary>Merges steps where possible.</summary>
    /// <param name="steps">The steps of a plan; the new steps own those that they replace.</param>
    /// <param name="values">The plan's values.</param>
    /// <param name="outputValue">The plan's output.</param>
    public static IReadOnlyList<PlanStep> Apply(
        IReadOnlyList<PlanStep> steps,
        IReadOnlyList<PlanValue> values,
        int outputValue
    )
    {
        var fusion = new StepFusion(steps, values, outputValue);
        var result = new List<PlanStep>();
        for (var i = 0; i < steps.Count; )
        {
            var (step, replaced) = fusion.First([.. steps.Skip(i).Take(3)]);
            result.Add(step);
            i += replaced;
        }

        return result;
    }

    /// <summary>Whether one pass over three convolutions is possible, and faster than three passes.</summary>
    /// <param name="depthwise">The sizes of the convolution in the middle.</param>
    /// <param name="project">The sizes of the last one.</param>
    public static bool Pays(ConvolutionGeometry depthwise, ConvolutionGeometry project) =>
        project.IsPointwise && depthwise.InputPixels >= FewestPixels;

    /// <summary>
    /// The step that replaces the first of the given steps, and the number of steps that it replaces.
    /// </summary>
    private (PlanStep Step, int Replaced) First(PlanStep[] steps) =>
        steps switch
        {
            [
                LayerStep { Layer: ChannelNormalization normalization } first,
                LayerStep { Layer: ZeroPadding2D padding } second,
                ..,
            ] when Follows(first, second) => (
                new NormalizedPaddingStep(
                    $"{first.Description} with padding",
                    normalization,
                    padding,
                    first.Inputs[0],
                    second.Output
                ),
                2
            ),
            [
                ConvolutionStep { Inputs.Count: 1 } expand,
                DepthwiseStep { Inputs.Count: 1 } depthwise,
                ConvolutionStep project,
            ]
                when Follows(expand, depthwise)
                    && Follows(depthwise, project)
                    && Pays(depthwise.Geometry, project.Geometry) => (
                new InvertedResidualStep(expand, depthwise, project),
                3
            ),
            _ => (steps[0], 1),
        };

    /// <summary>
    /// Whether the second step reads the first one's output as its first input, and no other step reads it.
    /// </summary>
    private bool Follows(PlanStep first, PlanStep second) =>
        second.Inputs[0] == first.Output && _uses[_values[first.Output].Storage] == 2;
}
