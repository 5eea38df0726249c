using System.CommandLine;
using System.Globalization;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.DataChecks;

namespace Graft.Cli.Commands;

/// <summary><c>graft data split</c>: splits a dataset.</summary>
internal sealed class DataSplitCommand
{
    private readonly Argument<string> _data = new("ROOT")
    {
        Description =
            "A dataset in the form that 'graft train' accepts: a folder or a manifest. Existing splits "
            + "are merged first.",
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "DIR|FILE.csv",
        Description = "A new folder with links to the images, or a manifest (.csv) that lists them.",
        Required = true,
    };
    private readonly Option<double[]?> _ratios = OptionKinds.Parsed<double[]?>(
        "--ratios",
        "T/V/E",
        "Percentages of training, validation and test images; with two numbers there is no test "
            + "split. [default: 70/15/15]",
        ParseRatios
    );
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Seed of the random split. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly Option<bool> _copy = new("--copy") { Description = "Copy the images instead of linking to them." };
    private readonly ExaminationCommandOptions _examination = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private DataSplitCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var split = new DataSplitCommand(environment);
        var command = new VerbCommand(
            "split",
            "Split a dataset into training, validation and test images, stratified by class; similar "
                + "images stay in the same split."
        )
        {
            Examples =
            [
                new("graft data split photos --output split.csv", "a manifest with the columns path, label and split"),
                new("graft data split photos --ratios 50/25/25 --seed 1 --output divided", "a folder of links"),
                new(
                    "graft data split photos --ratios 80/20 --output divided --copy",
                    "a folder of copies, without a test split"
                ),
                new("graft train split.csv", "train on the new splits"),
            ],
            Notes = ["Unreadable files are left out. Existing files are not changed."],
        };
        command.Add(split._data);
        foreach (var option in new Option[] { split._output, split._ratios, split._seed, split._copy })
            command.Add(option);
        split._examination.AddTo(command);
        command.Add(split._threads);
        command.Add(split._json);
        command.SetAction(split.Run);
        return command;
    }

    /// <summary>Parses two or three percentages, such as <c>50/25/25</c>, into fractions of 1.</summary>
    /// <exception cref="FormatException">The text is invalid, or the numbers do not add up to 100.</exception>
    private static double[] ParseRatios(string text)
    {
        var parts = text.Split('/');
        var shares = new double[3];
        for (var i = 0; i < parts.Length; i++)
        {
            if (
                parts.Length is < 2 or > 3
                || !double.TryParse(
                    parts[i],
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out shares[i]
                )
            )
                throw new FormatException(
                    $"'{text}' is not a ratio; use two or three percentages, for example 80/20 or 50/25/25."
                );
        }

        if (Math.Abs(shares.Sum() - 100) > 1e-6)
            throw new FormatException(
                $"The parts of '{text}' add up to {shares.Sum().ToString(CultureInfo.InvariantCulture)}; they must "
                    + $"add up to 100."
            );
        if (shares[0] == 0)
            throw new FormatException($"'{text}' leaves no images for training; the first number must be more than 0.");
        return
        [
            shares[0] / 100,
            shares[1] / 100,
            1 - (shares[0] / 100) - (shares[1] / 100) is > 1e-9 and var rest ? rest : 0,
        ];
    }

    private int Run(ParseResult parsed)
    {
        var request = new DataSplitRequest
        {
            Data = parsed.GetRequiredValue(_data),
            Output = parsed.GetRequiredValue(_output),
            Ratios = parsed.GetValue(_ratios) is { Length: > 0 } ratios ? ratios : [0.7, 0.15, 0.15],
            Seed = parsed.GetValue(_seed) ?? 0,
            Copy = parsed.GetValue(_copy),
            Examination = _examination.Read(parsed),
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            DataSplit.Run(GraftHome.Locate(), workers, request, progress, _environment.CancellationToken)
        );
        BadImageWarning.Write(_environment.Terminal, report.BadImages);
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.DataSplitReport);
        else
            DataCheckRendering.Print(_environment.Terminal.Output, report);
        return ExitCode.Done;
    }
}
