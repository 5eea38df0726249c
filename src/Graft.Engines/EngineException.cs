namespace Graft.Engines;

/// <summary>An engine is not available on this machine, or cannot run a network.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The operation, what was expected, what was found, and a remedy.</param>
    /// <param name="innerException">The cause; null if there is none.</param>
    public EngineException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
