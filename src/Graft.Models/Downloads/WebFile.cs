namespace Graft.Models.Downloads;

/// <summary>A file on the web, and what is known of its content before it is fetched. Immutable.</summary>
/// <param name="Address">Where it is: an absolute http or https address.</param>
/// <param name="Sha256">
/// The beginning of the content's SHA-256 in lower-case hexadecimal digits, as much of it as is known; empty when
/// nothing is.
/// </param>
public sealed record WebFile(Uri Address, string Sha256 = "")
{
    private const int DigestDigits = 64;

    /// <summary>The file that remembers the digest since the first download; null when it was known before.</summary>
    public string? PinnedIn { get; init; }

    /// <summary>The name of the file: the last part of the address.</summary>
    public string Name => Uri.UnescapeDataString(Address.Segments[^1]);

    /// <summary>
    /// Reads an address. A name that ends in a dash and eight or more hexadecimal digits before its extension promises
    /// that the SHA-256 begins with them, as PyTorch's published files do: <c>resnet18-f37072fd.pth</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <exception cref="FormatException">It is no absolute http or https address of a file.</exception>
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

    /// <summary>Whether a digest is the one that was promised; always true when nothing was.</summary>
    /// <param name="digest">A whole SHA-256 in lower-case hexadecimal digits.</param>
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
