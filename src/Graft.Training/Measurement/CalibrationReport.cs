using Graft.Learning.Evaluation;

namespace Graft.Training.Measurement;

/// <summary>
/// Whether a classifier's probabilities mean what they say, on images that had no part in setting its temperature.
/// </summary>
/// <param name="ExpectedError">The expected calibration error, 0 to 1.</param>
/// <param name="Interval">Its 95 % interval.</param>
/// <param name="Bins">Accuracy against confidence.</param>
public sealed record CalibrationReport(
    double ExpectedError,
    ConfidenceInterval Interval,
    IReadOnlyList<ReliabilityBin> Bins
)
{
    /// <summary>The mean cross-entropy that there would be without the temperature; null where there is none.</summary>
    public double? LossWithoutTemperature { get; init; }

    /// <summary>
    /// The expected calibration error that there would be without the temperature; null where there is none.
    /// </summary>
    public double? ExpectedErrorWithoutTemperature { get; init; }
}
