namespace Graft.Models;

/// <summary>Where a set of weights comes from. Immutable.</summary>
public abstract record WeightsOrigin
{
    /// <summary>The prefix of a digest that is a SHA-256; hexadecimal digits follow.</summary>
    internal const string Sha256Prefix = "sha256-";

    private protected WeightsOrigin() { }

    /// <summary>The origin in readable form: a package with its version, an address, or a path.</summary>
    public abstract string Place { get; }

    /// <summary>
    /// The size of the download in bytes, as far as it is known in advance; 0 if unknown, or if there is no download.
    /// </summary>
    public abstract long Bytes { get; }

    /// <summary>
    /// Whether stored weights that were converted from a file with the given digest come from this origin.
    /// </summary>
    internal abstract bool IsOf(string digest);
}
