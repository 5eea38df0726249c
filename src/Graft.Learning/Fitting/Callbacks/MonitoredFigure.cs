namespace Graft.Learning.Fitting.Callbacks;

/// <summary>
/// The figure of an epoch to monitor: on the validation images if there are any, otherwise on the training images.
/// </summary>
public enum MonitoredFigure
{
    /// <summary>The loss; smaller is better.</summary>
    Loss,

    /// <summary>The accuracy; larger is better.</summary>
    Accuracy,
}
