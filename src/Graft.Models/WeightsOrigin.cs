namespace Graft.Models;

/// <summary>Where a set of weights comes from. Immutable.</summary>
public abstract record WeightsOrigin
{
    /// <summary>What a digest begins with that is a SHA-256; hexadecimal digits follow.</summary>
    internal const string Sha256Prefix = "sha256-";

    private protected WeightsOrigin() { }

    /// <summary>The place, for people: a package with its version, an address, or a path.</summary>
    public abstract string Place { get; }

    /// <summary>How large the download is, as far as that is known before.</summary>
    public abstract long Bytes { get; }

    /// <summary>
    /// Whether a folder of the store that was made from a file with this digest is made from what this names.
    /// </summary>
    internal abstract bool IsOf(string digest);
}
