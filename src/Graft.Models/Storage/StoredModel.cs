using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Imaging;

namespace Graft.Models.Storage;

/// <summary>
/// The content of <c>info.json</c> in a folder of converted weights: the origin, and the expected files.
/// </summary>
internal sealed record StoredModel(
    int Format,
    string Name,
    string Package,
    string Integrity,
    long Parameters,
    int Tensors,
    string Preprocessing,
    string Licence,
    IReadOnlyList<StoredFile> Files,
    StoredImport? Imported = null
)
{
    /// <summary>
    /// The version of the format. It is increased when older folders can no longer be read; they are then pulled again.
    /// </summary>
    public const int CurrentFormat = 1;

    /// <summary>The name of the file that describes the others.</summary>
    public const string FileName = "info.json";

    /// <summary>The name of the file with the tensors.</summary>
    public const string WeightsName = "weights.safetensors";

    /// <summary>The name of the file with the class labels: a JSON list.</summary>
    public const string LabelsName = "labels.json";

    /// <summary>
    /// Reads the description in a folder; null if it is missing, damaged, or has another format version.
    /// </summary>
    public static StoredModel? Read(string folder)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(folder, FileName)),
                StoredModelJson.Default.StoredModel
            );
            return stored?.Format == CurrentFormat ? stored : null;
        }
        catch (Exception exception)
            when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The description of one of the files; null if it is not listed.</summary>
    public StoredFile? Find(string name) => Files.FirstOrDefault(file => file.Name == name);
}

/// <summary>The properties of imported weights that the catalogue has for all other weights.</summary>
internal sealed record StoredImport(string Architecture, int Classes, Preprocessing Preprocessing);

/// <summary>The expected size and digest of a stored file.</summary>
internal sealed record StoredFile(string Name, long Bytes, string Sha256);

/// <summary>Reads and writes the description without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(StoredModel))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StoredModelJson : JsonSerializerContext;
