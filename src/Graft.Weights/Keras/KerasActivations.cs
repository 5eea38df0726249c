using Graft.Layers;
using Graft.Layers.Activations;

namespace Graft.Weights.Keras;

/// <summary>The activations that Keras's layers name in their options.</summary>
internal static class KerasActivations
{
    /// <summary>Adds the activation that a layer names, if there is one.</summary>
    /// <param name="builder">The builder of the network.</param>
    /// <param name="config">The layer's options.</param>
    /// <param name="node">The layer's node.</param>
    /// <returns>The last node.</returns>
    public static string Add(KerasNetworkBuilder builder, KerasConfig config, string node)
    {
        var name = config.Text("activation", "linear");
        if (name == "linear")
            return node;
        // An Activation layer keeps its name; the activation of another layer gets that layer's name and a suffix.
        return builder.Add(
            config,
            config.ClassName == "Activation" ? config.Name : $"{config.Name}/{name}",
            () => Create(config, name),
            node
        );
    }

    private static Layer Create(KerasConfig config, string name) =>
        name switch
        {
            "relu" => new ReLU(),
            "relu6" => new ReLU(6),
            "sigmoid" => new Sigmoid(),
            "softmax" => new Softmax(),
            "log_softmax" or "logSoftmax" => new LogSoftmax(),
            "swish" or "silu" => new Swish(),
            "hard_swish" or "hard_silu" => new HardSwish(),
            _ => throw config.Error(
                "one of the activations linear, relu, relu6, sigmoid, softmax, log_softmax, swish, silu, hard_swish, "
                    + "hard_silu",
                $"'{name}'"
            ),
        };
}
