using Graft.Tensors;

namespace Graft.Layers.Autograd;

/// <summary>A sum of two outputs, whose gradient is propagated without a copy where possible.</summary>
/// <param name="node">A node with an <see cref="Merging.Add"/>.</param>
internal sealed class SumAutogradStep(NetworkNode node) : AutogradStep([node], node.Inputs)
{
    public override IEnumerable<string> ReadInputs => [];

    public override bool ReadsOutput => false;

    public override Shape OutputShape(IReadOnlyList<Shape> shapes) => node.Layer.OutputShape(shapes);

    public override void Forward(IReadOnlyList<Tensor> inputs, Tensor output, PassOptions options) =>
        node.Layer.Forward(new LayerPass(inputs, output, options.Workers));

    public override void Backward(Tensor gradient, AutogradGradients gradients)
    {
        if (gradients.IsWanted(Inputs[0]) && gradients.IsWanted(Inputs[1]))
            gradients.Share(Inputs[0], gradient);
        gradients.Give(gradients.IsWanted(Inputs[1]) ? Inputs[1] : Inputs[0], gradient);
    }
}
