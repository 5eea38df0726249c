namespace Graft.Training.Runs;

/// <summary>A run folder cannot be gone on with; the message says why and what to do.</summary>
/// <param name="message">A whole sentence or more.</param>
/// <param name="innerException">What made it known, if anything.</param>
public sealed class RunException(string message, Exception? innerException = null)
    : IOException(message, innerException);
