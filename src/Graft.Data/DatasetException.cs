namespace Graft.Data;

/// <summary>
/// A folder is not a dataset that can be learned from. The message names the folder, what was expected, what is there,
/// and what to do; it is meant for the user as it is.
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
