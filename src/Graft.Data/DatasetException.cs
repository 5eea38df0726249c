namespace Graft.Data;

/// <summary>
/// A folder or a manifest is not a dataset that can be trained on. The message names it, what was expected, what was
/// found, and what to do. It can be shown to the user as it is.
/// </summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole explanation.</param>
    public DatasetException(string message)
        : base(message) { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole explanation.</param>
    /// <param name="cause">The cause.</param>
    public DatasetException(string message, Exception cause)
        : base(message, cause) { }
}
