namespace Graft.Training.Runs;

/// <summary>A run folder cannot be used or resumed. The message states the reason and what to do.</summary>
/// <param name="message">The message, in whole sentences.</param>
/// <param name="innerException">The cause; null if there is none.</param>
public sealed class RunException(string message, Exception? innerException = null)
    : IOException(message, innerException);
