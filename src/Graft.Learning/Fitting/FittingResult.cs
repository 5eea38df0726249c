namespace Graft.Learning.Fitting;

/// <summary>The result of a training.</summary>
/// <param name="History">The completed epochs, including those before the training was resumed.</param>
/// <param name="StopReason">Why training ended before its last epoch, as a clause; null if it did not.</param>
public sealed record FittingResult(IReadOnlyList<EpochResult> History, string? StopReason);
