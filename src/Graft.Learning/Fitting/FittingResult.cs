namespace Graft.Learning.Fitting;

/// <summary>How a training went.</summary>
/// <param name="History">The epochs that were run, those before it was resumed included.</param>
/// <param name="StopReason">Why it ended before its last epoch, a clause; null where it did not.</param>
public sealed record FittingResult(IReadOnlyList<EpochResult> History, string? StopReason);
