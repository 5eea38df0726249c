using Graft.Cli.Rendering;

namespace Graft.Cli.Progress;

/// <summary>The progress of one phase of the work.</summary>
/// <param name="Name">The phase's name.</param>
/// <param name="Done">The amount done; 0 if the phase is not counted.</param>
/// <param name="Total">The total amount; 0 if unknown.</param>
/// <param name="IsBytes">Whether bytes are counted.</param>
/// <param name="Elapsed">The time since the phase began.</param>
/// <param name="Note">An additional note.</param>
/// <param name="Unit">The singular name of the counted items, if they are not bytes.</param>
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
    /// <summary>The time before which no rate is shown.</summary>
    private static readonly TimeSpan FirstRate = TimeSpan.FromSeconds(0.2);

    /// <summary>Images, steps or bytes per second; null until it can be measured.</summary>
    public double? Rate => Done > 0 && Elapsed >= FirstRate ? Done / Elapsed.TotalSeconds : null;

    /// <summary>The estimated remaining time; null until it can be estimated.</summary>
    public TimeSpan? Left => Rate is { } rate && Total > Done ? TimeSpan.FromSeconds((Total - Done) / rate) : null;

    /// <summary>
    /// Formats amount, rate and remaining time, for example <c>320/716 images, 21.3/s, 19 s left</c>.
    /// </summary>
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
