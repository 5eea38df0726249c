namespace Graft.Training.Runs;

/// <summary>How a classifier is trained.</summary>
public enum TrainingMethod
{
    /// <summary>
    /// Each image goes through the trunk once; the head is trained on the features. The fastest method.
    /// </summary>
    Features,

    /// <summary>
    /// The trunk is frozen and stays in memory; the head is trained on images that are augmented anew in every epoch.
    /// </summary>
    Frozen,

    /// <summary>
    /// The head is fitted on features first; then head and upper layers of the trunk are trained together at small
    /// learning rates.
    /// </summary>
    FineTune,
}
