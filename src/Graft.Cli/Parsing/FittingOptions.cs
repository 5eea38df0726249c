using System.CommandLine;
using Graft.Training.Runs;

namespace Graft.Cli.Parsing;

/// <summary>How steps are taken, and when to stop.</summary>
internal sealed class FittingOptions
{
    private readonly Option<int?> _epochs = OptionKinds.Whole("--epochs", "N", "Epochs at the most, for dense and conv heads. [default: 100]", 1);
    private readonly Option<int?> _batchSize = OptionKinds.Whole("--batch-size", "N", "Images in a mini-batch, for dense and conv heads. [default: 32]", 1);
    private readonly Option<double?> _learningRate = OptionKinds.Real("--learning-rate", "X", "Step size, for dense and conv heads. [default: 0.001]", value => value > 0, "a number above 0");
    private readonly Option<int?> _patience = OptionKinds.Whole("--patience", "N", "Epochs without a smaller validation loss before dense and conv heads stop. [default: 10]", 1);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _epochs, _batchSize, _learningRate, _patience })
            command.Add(option);
    }

    public TrainingRequest Apply(ParseResult parsed, TrainingRequest request) => request with
    {
        Epochs = parsed.GetValue(_epochs) ?? request.Epochs,
        BatchSize = parsed.GetValue(_batchSize) ?? request.BatchSize,
        LearningRate = parsed.GetValue(_learningRate) ?? request.LearningRate,
        Patience = parsed.GetValue(_patience) ?? request.Patience,
    };
}
