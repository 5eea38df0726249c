namespace Graft.Models.Downloads;

/// <summary>The failure of one attempt to download a file.</summary>
/// <param name="message">What went wrong, in one sentence.</param>
/// <param name="mayPass">Whether the next attempt may succeed.</param>
/// <param name="innerException">The underlying cause, if any.</param>
internal sealed class WebFileFailure(string message, bool mayPass, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Whether the next attempt may succeed.</summary>
    public bool MayPass { get; } = mayPass;
}
