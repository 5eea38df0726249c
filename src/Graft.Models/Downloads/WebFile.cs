namespace Graft.Models.Downloads;

/// <summary>A file on the web, and what is known about its content before the download. Immutable.</summary>
/// <param name="Address">An absolute http or https address.</param>
/// <param name="Sha256">
/// The first digits of the content's SHA-256, as many as are known, in lower-case hexadecimal; empty if none is known.
/// </param>
public sealed record WebFile(Uri Address, string Sha256 = "")
{
    private const int DigestDigits = 64;

    /// <summary>
    /// The file that the digest was read from; it was recorded at the first download. Null if there is none.
    /// </summary>
    public string? PinnedIn { get; init; }

    /// <summary>The name of the file: the last part of the address.</summary>
    public string Name => Uri.UnescapeDataString(Address.Segments[^1]);

    /// <summary>
    /// Parses an address. If the name ends in a dash and eight or more hexadecimal digits before its extension, these
    /// are the first digits of the SHA-256, as in PyTorch's published files: <c>resnet18-f37072fd.pth</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <exception cref="FormatException">The text is no absolute http or https address of a file.</exception>
    public static WebFile Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (
            !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.Segments[^1].EndsWith('/')
        )
            throw new FormatException(
                $"'{address}' is not the address of a file; one such as https://host/path/resnet18-f37072fd.pth was "
                    + $"expected."
            );
        return new WebFile(uri, DigestIn(Path.GetFileNameWithoutExtension(uri.Segments[^1])));
    }

    /// <summary>Whether a digest begins with the known digits; always true if none is known.</summary>
    /// <param name="digest">A complete SHA-256 in lower-case hexadecimal digits.</param>
    public bool Matches(string digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return digest.StartsWith(Sha256, StringComparison.Ordinal);
    }

    private static string DigestIn(string name)
    {
        var digits = name[(name.LastIndexOf('-') + 1)..];
        return
            digits.Length is >= 8 and <= DigestDigits
            && digits.Length < name.Length
            && digits.All(char.IsAsciiHexDigitLower)
            ? digits
            : "";
    }
}
