namespace Graft.Imaging;

/// <summary>
/// An image cannot be used. The message names the operation, the file, what was expected, what was found, and a remedy.
/// </summary>
public sealed class ImageException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="operation">The operation, for example "decode".</param>
    /// <param name="path">The file, or the name of another source.</param>
    /// <param name="reason">
    /// The reason in a few words that stay the same from run to run: "damaged or truncated".
    /// </param>
    /// <param name="expected">What was expected.</param>
    /// <param name="found">What was found.</param>
    /// <param name="remedy">The remedy.</param>
    /// <param name="inner">The underlying exception, if any.</param>
    public ImageException(
        string operation,
        string path,
        string reason,
        string expected,
        string found,
        string remedy,
        Exception? inner = null
    )
        : base($"Cannot {operation} '{path}': expected {expected}, found {found}. {remedy}", inner)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file, or the name of another source.</summary>
    public string Path { get; }

    /// <summary>
    /// The reason in a few words that stay the same from run to run, without the file's name; suitable for a table.
    /// </summary>
    public string Reason { get; }
}
