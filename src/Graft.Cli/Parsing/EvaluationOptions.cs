using System.CommandLine;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>The options for evaluating a classifier on labelled images.</summary>
internal sealed class EvaluationOptions
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description =
            "A folder with one subfolder of images per class, or with splits that contain such "
            + "subfolders; or a manifest.",
    };
    private readonly Option<string?> _split = CommonOptions.Split();
    private readonly Option<int?> _testTimeViews = CommonOptions.TestTimeViews();
    private readonly Option<BadImageRule?> _onBadImage = CommonOptions.OnBadImage();
    private readonly LimitOptions _limits = new();
    private readonly EngineOptions _engine = new();

    /// <summary>Adds the argument, after those that the command already has, and the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_data);
        foreach (var option in new Option[] { _split, _testTimeViews, _onBadImage })
            command.Add(option);
        _limits.AddTo(command);
        _engine.AddTo(command);
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The classifier's file.</param>
    public EvaluationRequest Read(ParseResult parsed, string model) =>
        new()
        {
            Model = model,
            Data = parsed.GetRequiredValue(_data),
            Split = parsed.GetValue(_split),
            TestTimeViews = parsed.GetValue(_testTimeViews) ?? 1,
            FailOnBadImage = parsed.GetValue(_onBadImage) == BadImageRule.Fail,
            Engine = _engine.Read(parsed),
            Limits = _limits.Read(parsed),
        };
}
