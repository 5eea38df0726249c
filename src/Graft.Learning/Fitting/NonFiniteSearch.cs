using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>Finds the first value of a pass that is not finite.</summary>
internal static class NonFiniteSearch
{
    /// <summary>Runs a forward pass again and checks its values in the order in which the nodes run.</summary>
    /// <returns>A sentence, or null if everything is finite.</returns>
    public static string? InForward(ITrainable model, NetworkPass pass)
    {
        if (!IsFinite(pass.OutputOf(model.BoundaryNode)))
            return model.BoundaryNode == Network.InputName
                ? "The batch's inputs were already not finite."
                : $"The frozen layers' output, at '{model.BoundaryNode}', was already not finite.";
        using var whole = pass.Repeat();
        foreach (var node in TrainedWeights.Nodes(model))
        {
            if (node.Layer.Parameters.FirstOrDefault(parameter => !IsFinite(parameter.Value)) is { } parameter)
                return $"Parameter '{node.Name}.{parameter.Name}' ({node.Layer.Kind}) is no longer finite: an "
                    + "earlier step was too large.";
            if (!IsFinite(whole.OutputOf(node.Name)))
                return $"The first layer whose output is not finite is '{node.Name}' ({node.Layer.Kind}); its "
                    + "parameters and inputs are finite.";
        }

        return null;
    }

    /// <summary>Checks the gradients in the order of the backward pass.</summary>
    /// <returns>A sentence, or null if everything is finite.</returns>
    public static string? InGradients(ITrainable model)
    {
        foreach (var node in TrainedWeights.Nodes(model).Reverse())
        {
            if (
                node.Layer.Parameters.FirstOrDefault(parameter =>
                    parameter.Gradient is { } gradient && !IsFinite(gradient)
                ) is
                { } parameter
            )
                return "The first gradient that is not finite, from the output backwards, is that of "
                    + $"'{node.Name}.{parameter.Name}' ({node.Layer.Kind}).";
        }

        return null;
    }

    private static bool IsFinite(Tensor tensor)
    {
        foreach (var value in tensor.Span)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
