namespace Graft.Cli.Progress;

/// <summary>Shows how the work goes on. One call at a time.</summary>
internal interface IProgressDisplay
{
    /// <summary>A phase begins or goes on.</summary>
    void Update(PhaseStatus status);

    /// <summary>A phase is over.</summary>
    void End(PhaseStatus status);

    /// <summary>Something to tell in a line of its own.</summary>
    void Line(string text);
}
