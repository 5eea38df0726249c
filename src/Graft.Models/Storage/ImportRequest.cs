namespace Graft.Models.Storage;

/// <summary>
/// A request to import a user's weights file (safetensors or PyTorch) with torchvision's or timm's names into the
/// store.
/// </summary>
public sealed record ImportRequest
{
    /// <summary>The file's path, or its http or https address.</summary>
    public required string Source { get; init; }

    /// <summary>The name for the weights; derived from the path or address when null.</summary>
    public string? Name { get; init; }

    /// <summary>The name of the weights' architecture; recognised from the file when null.</summary>
    public string? Architecture { get; init; }

    /// <summary>Whether a text is an address rather than a name or a path.</summary>
    /// <param name="source">The text.</param>
    public static bool IsAddress(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Contains("://", StringComparison.Ordinal);
    }
}
