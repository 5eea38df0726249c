using System.CommandLine;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>How a folder of photos is read and divided.</summary>
internal sealed class DataOptions
{
    private readonly Option<double?> _validationFraction = OptionKinds.Real(
        "--validation-fraction",
        "F",
        "The part of each class that is kept for validation where the folder has no validation split. [default: 0.2]",
        value => value is >= 0 and < 1,
        "a number from 0 to below 1"
    );

    private readonly Option<double?> _calibrationFraction = OptionKinds.Real(
        "--calibration-fraction",
        "F",
        "The part of the training images that is kept aside to set temperature and thresholds with; a linear head "
            + "on features holds out each in turn instead, and learns from all. 0 for neither. [default: 0.15]",
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
