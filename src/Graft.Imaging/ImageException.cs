namespace Graft.Imaging;

/// <summary>
/// An image that cannot be used. The message says what was being done, to which file, what was expected, what was found
/// and what helps.
/// </summary>
public sealed class ImageException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="operation">What was being done, such as "decode".</param>
    /// <param name="path">The file, or the name of what came from elsewhere.</param>
    /// <param name="reason">Short and stable, for a table: "damaged or truncated".</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="found">What was there.</param>
    /// <param name="remedy">The remedy.</param>
    /// <param name="inner">The exception behind it, if there is one.</param>
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

    /// <summary>The file, or the name of what came from elsewhere.</summary>
    public string Path { get; }

    /// <summary>
    /// Why, in a few words that stay the same from run to run, without the file's name; fit for a table's column.
    /// </summary>
    public string Reason { get; }
}
