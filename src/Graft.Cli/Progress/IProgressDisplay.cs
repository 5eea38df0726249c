namespace Graft.Cli.Progress;

/// <summary>Shows the progress of work. Not thread-safe.</summary>
internal interface IProgressDisplay
{
    /// <summary>Starts or updates a phase.</summary>
    void Update(PhaseStatus status);

    /// <summary>Ends a phase.</summary>
    void End(PhaseStatus status);

    /// <summary>Writes a line.</summary>
    void Line(string text);
}
