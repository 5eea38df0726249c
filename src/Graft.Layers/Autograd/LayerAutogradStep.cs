using Graft.Tensors;

namespace Graft.Layers.Autograd;

/// <summary>A node that is run by its layer.</summary>
/// <param name="node">The node.</param>
internal sealed class LayerAutogradStep(NetworkNode node) : AutogradStep([node], node.Inputs)
{
    private LayerPass? _pass;

    public override IEnumerable<string> ReadInputs =>
        node.Layer.BackwardReads.HasFlag(BackwardReads.Inputs) ? Inputs : [];

    public override bool ReadsOutput => node.Layer.BackwardReads.HasFlag(BackwardReads.Output);

    protected override Tensor? Saved => _pass?.Saved;

    public override bool CanWriteInPlace => node.Layer.CanWriteInPlace;

    public override Shape OutputShape(IReadOnlyList<Shape> shapes) => node.Layer.OutputShape(shapes);

    public override void Forward(IReadOnlyList<Tensor> inputs, Tensor output, PassOptions options)
    {
        _pass = new LayerPass(inputs, output, options.Workers) { Training = options.Training, Random = options.Random };
        node.Layer.Forward(_pass);
    }

    public override void Backward(Tensor gradient, AutogradGradients gradients)
    {
        var pass = _pass!;
        pass.OutputGradient = gradient;
        if (Inputs.Count == 1 && gradients.IsWanted(Inputs[0]) && node.Layer.TryBackwardInPlace(pass))
        {
            gradients.Give(Inputs[0], gradient);
            return;
        }

        using (gradient)
        {
            var targets = new Tensor?[Inputs.Count];
            for (var i = 0; i < targets.Length; i++)
            {
                if (!gradients.IsWanted(Inputs[i]))
                    continue;
                var (target, adds) = gradients.Target(Inputs[i], pass.Inputs[i].Shape);
                if (!adds)
                    target.Span.Clear();
                targets[i] = target;
            }

            pass.InputGradients = targets;
            node.Layer.Backward(pass);
        }
    }
}
