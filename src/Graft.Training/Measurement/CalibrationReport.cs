using Graft.Learning.Evaluation;

namespace Graft.Training.Measurement;

/// <summary>
/// The calibration of a classifier's probabilities, measured on images that did not set its temperature.
/// </summary>
/// <param name="ExpectedError">The expected calibration error, 0 to 1.</param>
/// <param name="Interval">Its 95 % interval.</param>
/// <param name="Bins">The accuracy in bins of confidence.</param>
public sealed record CalibrationReport(
    double ExpectedError,
    ConfidenceInterval Interval,
    IReadOnlyList<ReliabilityBin> Bins
)
{
    /// <summary>The mean cross-entropy without the temperature; null if there is no temperature.</summary>
    public double? LossWithoutTemperature { get; init; }

    /// <summary>The expected calibration error without the temperature; null if there is no temperature.</summary>
    public double? ExpectedErrorWithoutTemperature { get; init; }
}
