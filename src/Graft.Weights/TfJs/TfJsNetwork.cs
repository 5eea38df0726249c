using Graft.Layers.Networks;
using Graft.Weights.Keras;

namespace Graft.Weights.TfJs;

/// <summary>Builds networks from TensorFlow.js layers models.</summary>
public static class TfJsNetwork
{
    private const string Remedy = "Get a fresh copy of the model with all its files.";

    /// <summary>
    /// Builds the network that a model describes and fills it with the model's weights. Quantised weights are restored
    /// to float32.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="imageSize">
    /// Height and width of the images in pixels, for models that leave them free; fixed sizes in the model take
    /// precedence.
    /// </param>
    /// <returns>
    /// The network, which the caller disposes. Nodes have the names of Keras's layers. The activation of another layer
    /// becomes a node with that layer's name and a suffix.
    /// </returns>
    /// <exception cref="WeightsFormatException">
    /// A layer is not supported, a weight is missing or has another shape, or a shard is damaged.
    /// </exception>
    /// <exception cref="IOException">A shard cannot be read.</exception>
    public static Network Read(TfJsModel model, (int Height, int Width)? imageSize = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (network, slots) = KerasNetworkBuilder.Build(
            model.Path,
            model.Layers,
            model.Inputs,
            model.Outputs,
            imageSize
        );
        try
        {
            Fill(model, slots);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void Fill(TfJsModel model, IReadOnlyList<KerasSlot> slots)
    {
        var byName = slots.ToDictionary(static slot => slot.Name, StringComparer.Ordinal);
        // Check that all weights are present and have the right shape before any elements are read.
        var found = model
            .Weights.GroupBy(static weight => ShortName(weight.Name), StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, StringComparer.Ordinal);
        foreach (var slot in slots)
        {
            if (!found.TryGetValue(slot.Name, out var weights) || weights.Count() != 1)
                throw Error(model, $"one weight '{slot.Name}'", weights is null ? "none" : "several");
            if (weights.Single().Shape != slot.Shape)
                throw Error(model, $"the shape {slot.Shape} for weight '{slot.Name}'", $"{weights.Single().Shape}");
        }

        foreach (var (name, tensor) in model.ReadWeights())
        {
            using (tensor)
            {
                if (byName.TryGetValue(ShortName(name), out var slot))
                    tensor.Span.CopyTo(slot.Parameter.Value.Span);
            }
        }
    }

    /// <summary>
    /// A weight's name as <c>layer/weight</c>, without the scopes that converters prepend and the <c>:0</c> that they
    /// append.
    /// </summary>
    private static string ShortName(string name)
    {
        var parts = (name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name).Split('/');
        return string.Join('/', parts.TakeLast(2));
    }

    private static WeightsFormatException Error(TfJsModel model, string expected, string found) =>
        new(TfJsModel.Operation, model.Path, expected, found, Remedy);
}
