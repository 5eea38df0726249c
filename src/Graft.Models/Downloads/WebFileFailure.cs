namespace Graft.Models.Downloads;

/// <summary>One attempt to fetch a file failed.</summary>
/// <param name="message">What was expected and what came, one sentence.</param>
/// <param name="mayPass">Whether the next attempt may go better.</param>
/// <param name="innerException">The underlying cause, if any.</param>
internal sealed class WebFileFailure(string message, bool mayPass, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Whether the next attempt may go better.</summary>
    public bool MayPass { get; } = mayPass;
}
