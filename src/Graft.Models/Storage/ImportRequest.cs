namespace Graft.Models.Storage;

/// <summary>
/// A file of weights that a user brings into the store: safetensors or PyTorch's, with the names of torchvision or
/// timm.
/// </summary>
public sealed record ImportRequest
{
    /// <summary>The file's path, or its http or https address.</summary>
    public required string Source { get; init; }

    /// <summary>What the weights shall be called; the file's own name when null.</summary>
    public string? Name { get; init; }

    /// <summary>The network that the weights are for; told from the file when null.</summary>
    public string? Architecture { get; init; }

    /// <summary>Whether a text is an address rather than a name or a path.</summary>
    /// <param name="source">The text.</param>
    public static bool IsAddress(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Contains("://", StringComparison.Ordinal);
    }
}
