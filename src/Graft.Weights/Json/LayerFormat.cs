using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Graft.Layers;

namespace Graft.Weights.Json;

/// <summary>How the options of one kind of layer are represented in JSON.</summary>
internal abstract class LayerFormat
{
    /// <summary>The layer's options; null when it has none.</summary>
    public abstract JsonElement? Write(Layer layer, NetworkJsonContext json);

    /// <summary>Creates a layer with zero weights.</summary>
    /// <exception cref="JsonException">The options do not belong to this layer.</exception>
    /// <exception cref="ArgumentException">The layer cannot have such options.</exception>
    public abstract Layer Read(JsonElement? options, NetworkJsonContext json);

    /// <summary>The format of a layer without options.</summary>
    public static LayerFormat Plain(Func<Layer> make) => new WithoutOptions(make);

    /// <summary>The format of a layer with options.</summary>
    /// <param name="type">Gets the JSON metadata of the options type.</param>
    /// <param name="take">Gets a layer's options.</param>
    /// <param name="make">Creates a layer from options.</param>
    public static LayerFormat Of<TLayer, TOptions>(
        Func<NetworkJsonContext, JsonTypeInfo<TOptions>> type,
        Func<TLayer, TOptions> take,
        Func<TOptions, TLayer> make
    )
        where TLayer : Layer => new WithOptions<TLayer, TOptions>(type, take, make);

    private sealed class WithoutOptions(Func<Layer> make) : LayerFormat
    {
        public override JsonElement? Write(Layer layer, NetworkJsonContext json) => null;

        public override Layer Read(JsonElement? options, NetworkJsonContext json) =>
            options is null ? make() : throw new JsonException("the layer has no options, but some are given");
    }

    private sealed class WithOptions<TLayer, TOptions>(
        Func<NetworkJsonContext, JsonTypeInfo<TOptions>> type,
        Func<TLayer, TOptions> take,
        Func<TOptions, TLayer> make
    ) : LayerFormat
        where TLayer : Layer
    {
        public override JsonElement? Write(Layer layer, NetworkJsonContext json) =>
            JsonSerializer.SerializeToElement(take((TLayer)layer), type(json));

        public override Layer Read(JsonElement? options, NetworkJsonContext json) =>
            options is { } given && given.Deserialize(type(json)) is { } value
                ? make(value)
                : throw new JsonException("the layer's options are missing");
    }
}
