namespace Graft.Training.Measurement;

/// <summary>The results of a head on every split of a run.</summary>
/// <param name="Training">The training images.</param>
/// <param name="Validation">The validation images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Calibration">The calibration split, which is predicted but not measured.</param>
internal sealed record SplitResults(
    SplitResult Training,
    SplitResult Validation,
    SplitResult Test,
    SplitResult Calibration
)
{
    /// <summary>All of them, in the order of <c>predictions.csv</c>.</summary>
    public IReadOnlyList<SplitResult> All => [Training, Validation, Test, Calibration];

    /// <summary>The splits with metrics, the least biased first: test, validation, training.</summary>
    public IEnumerable<SplitResult> Measured =>
        new[] { Test, Validation, Training }.Where(result => result.Metrics is not null);
}
