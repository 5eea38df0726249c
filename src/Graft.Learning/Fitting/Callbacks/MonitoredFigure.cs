namespace Graft.Learning.Fitting.Callbacks;

/// <summary>
/// Which figure of an epoch decides: of the validation images where there are any, else of the training images.
/// </summary>
public enum MonitoredFigure
{
    /// <summary>The loss; less is better.</summary>
    Loss,

    /// <summary>The accuracy; more is better.</summary>
    Accuracy,
}
