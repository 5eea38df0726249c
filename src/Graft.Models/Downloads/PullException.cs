namespace Graft.Models.Downloads;

/// <summary>
/// Pretrained weights or a dataset could not be fetched, kept, found or read; the message says what to do.
/// </summary>
/// <param name="message">What failed, why, and the remedy.</param>
/// <param name="innerException">The underlying cause, if any.</param>
public sealed class PullException(string message, Exception? innerException = null)
    : IOException(message, innerException);
