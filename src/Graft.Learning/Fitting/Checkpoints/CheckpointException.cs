namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>The checkpoints in a folder belong to another training.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Makes an exception.</summary>
    public CheckpointException() { }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">The difference, and the remedy.</param>
    public CheckpointException(string message)
        : base(message) { }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">The difference, and the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException) { }
}
