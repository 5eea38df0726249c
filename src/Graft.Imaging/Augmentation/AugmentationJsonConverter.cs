using System.Text.Json;
using System.Text.Json.Serialization;

namespace Graft.Imaging.Augmentation;

/// <summary>Reads and writes augmentation options in JSON, as their text.</summary>
public sealed class AugmentationJsonConverter : JsonConverter<AugmentationOptions>
{
    /// <inheritdoc/>
    public override AugmentationOptions Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        try
        {
            return AugmentationOptions.Parse(reader.GetString() ?? "none");
        }
        catch (FormatException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AugmentationOptions value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }
}
