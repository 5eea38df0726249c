using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Graft.Layers;

namespace Graft.Weights.Json;

/// <summary>How one kind of layer is represented in a JSON architecture. Immutable and thread-safe.</summary>
public abstract class LayerFormat
{
    private protected LayerFormat(string kind) => Kind = kind;

    /// <summary>The kind of layer in the file.</summary>
    public string Kind { get; }

    /// <summary>The format of a layer without options.</summary>
    /// <param name="create">Creates a layer.</param>
    /// <typeparam name="TLayer">The type of the layer; its name is the kind.</typeparam>
    public static LayerFormat Create<TLayer>(Func<TLayer> create)
        where TLayer : Layer => new WithoutOptions(typeof(TLayer).Name, create);

    /// <summary>The format of a layer with options.</summary>
    /// <param name="type">The JSON metadata of the options.</param>
    /// <param name="options">Gets a layer's options.</param>
    /// <param name="create">
    /// Creates a layer from options; an <see cref="ArgumentException"/> means that the options are wrong.
    /// </param>
    /// <typeparam name="TLayer">The type of the layer; its name is the kind.</typeparam>
    /// <typeparam name="TOptions">The type of the options.</typeparam>
    public static LayerFormat Create<TLayer, TOptions>(
        JsonTypeInfo<TOptions> type,
        Func<TLayer, TOptions> options,
        Func<TOptions, TLayer> create
    )
        where TLayer : Layer => new WithOptions<TLayer, TOptions>(_ => type, options, create);

    /// <summary>The layer's options; null when it has none.</summary>
    internal abstract JsonElement? Write(Layer layer, NetworkJsonContext json);

    /// <summary>Creates a layer with zero weights.</summary>
    /// <exception cref="JsonException">The options do not belong to this layer.</exception>
    /// <exception cref="ArgumentException">The layer cannot have such options.</exception>
    internal abstract Layer Read(JsonElement? options, NetworkJsonContext json);

    /// <summary>The format of a layer with options.</summary>
    /// <param name="type">Gets the JSON metadata of the options type.</param>
    /// <param name="take">Gets a layer's options.</param>
    /// <param name="make">Creates a layer from options.</param>
    internal static LayerFormat From<TLayer, TOptions>(
        Func<NetworkJsonContext, JsonTypeInfo<TOptions>> type,
        Func<TLayer, TOptions> take,
        Func<TOptions, TLayer> make
    )
        where TLayer : Layer => new WithOptions<TLayer, TOptions>(type, take, make);

    private sealed class WithoutOptions(string kind, Func<Layer> make) : LayerFormat(kind)
    {
        internal override JsonElement? Write(Layer layer, NetworkJsonContext json) => null;

        internal override Layer Read(JsonElement? options, NetworkJsonContext json) =>
            options is null ? make() : throw new JsonException("the layer has no options, but some are given");
    }

    private sealed class WithOptions<TLayer, TOptions>(
        Func<NetworkJsonContext, JsonTypeInfo<TOptions>> type,
        Func<TLayer, TOptions> take,
        Func<TOptions, TLayer> make
    ) : LayerFormat(typeof(TLayer).Name)
        where TLayer : Layer
    {
        internal override JsonElement? Write(Layer layer, NetworkJsonContext json) =>
            JsonSerializer.SerializeToElement(take((TLayer)layer), type(json));

        internal override Layer Read(JsonElement? options, NetworkJsonContext json) =>
            options is { } given && given.Deserialize(type(json)) is { } value
                ? make(value)
                : throw new JsonException("the layer's options are missing");
    }
}
