using Graft.Cli.Rendering;

namespace Graft.Cli.Progress;

/// <summary>How far one phase of the work is.</summary>
/// <param name="Name">What is being done.</param>
/// <param name="Done">How much is done; 0 when the phase is not counted.</param>
/// <param name="Total">How much there is; 0 when that is not known.</param>
/// <param name="IsBytes">Whether bytes are counted.</param>
/// <param name="Elapsed">Since the phase began.</param>
/// <param name="Note">What else is worth telling.</param>
/// <param name="Unit">What is counted where it is not bytes: one of them.</param>
internal sealed record PhaseStatus(
    string Name,
    long Done,
    long Total,
    bool IsBytes,
    TimeSpan Elapsed,
    string? Note = null,
    string Unit = "image"
)
{
    /// <summary>Nothing is told of rates before this.</summary>
    private static readonly TimeSpan FirstRate = TimeSpan.FromSeconds(0.2);

    /// <summary>Images, steps or bytes a second; null as long as it cannot be told.</summary>
    public double? Rate => Done > 0 && Elapsed >= FirstRate ? Done / Elapsed.TotalSeconds : null;

    /// <summary>How long the rest takes at this rate; null as long as it cannot be told.</summary>
    public TimeSpan? Left => Rate is { } rate && Total > Done ? TimeSpan.FromSeconds((Total - Done) / rate) : null;

    /// <summary>What is done of it all and how fast, for example <c>320/716 images, 21.3/s, 19 s left</c>.</summary>
    public string Amounts()
    {
        var parts = new List<string>();
        if (Total > 0)
            parts.Add(
                IsBytes
                    ? $"{Format.Bytes(Done)} of {Format.Bytes(Total)}"
                    : $"{Format.Count(Done)}/{Format.Count(Total)} {Unit}s"
            );
        else if (Done > 0)
            parts.Add(IsBytes ? Format.Bytes(Done) : Format.Count(Done, Unit));
        if (Rate is { } rate)
            parts.Add(IsBytes ? $"{Format.Bytes((long)rate)}/s" : $"{Format.Rate(rate)}/s");
        if (Left is { } left)
            parts.Add($"{Format.Remaining(left)} left");
        if (Note is not null)
            parts.Add(Note);
        return string.Join(", ", parts);
    }
}
