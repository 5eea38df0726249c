namespace Graft.Training.Runs;

/// <summary>How a classifier learns.</summary>
public enum TrainingMethod
{
    /// <summary>
    /// Every picture goes through the trunk once; the head learns from what the trunk said. The fast way.
    /// </summary>
    Features,

    /// <summary>
    /// The trunk is kept in memory and never changes; the head learns from pictures that are changed at random anew in
    /// every epoch.
    /// </summary>
    Frozen,

    /// <summary>
    /// The head is fitted on features first; then it and the upper layers of the trunk learn together, at small rates.
    /// </summary>
    FineTune,
}
