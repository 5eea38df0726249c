using System.CommandLine;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>The options for reading and splitting a dataset.</summary>
internal sealed class DataOptions
{
    private readonly Option<double?> _validationFraction = OptionKinds.Real(
        "--validation-fraction",
        "F",
        "Fraction of each class used for validation, if the data has no validation split. [default: " + "0.2]",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );

    private readonly Option<double?> _calibrationFraction = OptionKinds.Real(
        "--calibration-fraction",
        "F",
        "Fraction of the training images in the calibration split, which sets the temperature and "
            + "the thresholds. A linear head on features uses out-of-fold predictions instead and trains "
            + "on all images. 0: no calibration. [default: 0.15]",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );

    private readonly Option<BadImageRule?> _onBadImage = CommonOptions.OnBadImage();
    private readonly LimitOptions _limits = new();

    public void AddTo(Command command)
    {
        command.Add(_validationFraction);
        command.Add(_calibrationFraction);
        command.Add(_onBadImage);
        _limits.AddTo(command);
    }

    public TrainingRequest Apply(ParseResult parsed, TrainingRequest request) =>
        request with
        {
            ValidationFraction = parsed.GetValue(_validationFraction) ?? request.ValidationFraction,
            CalibrationFraction = parsed.GetValue(_calibrationFraction) ?? request.CalibrationFraction,
            FailOnBadImage = parsed.GetValue(_onBadImage) == BadImageRule.Fail,
            Limits = _limits.Read(parsed),
        };
}
