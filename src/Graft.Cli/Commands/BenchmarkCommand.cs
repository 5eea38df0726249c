using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Training.Benchmarking;

namespace Graft.Cli.Commands;

/// <summary><c>graft benchmark</c>: measures how fast this machine computes features.</summary>
internal sealed class BenchmarkCommand
{
    private static readonly BackboneBenchmarkRequest Standard = new();

    private readonly BackboneOptions _backbone = new();
    private readonly Option<int?> _batchSize = OptionKinds.Whole(
        "--batch-size",
        "N",
        $"Images in a batch. [default: {Standard.BatchSize}]",
        1,
        65536
    );
    private readonly Option<int?> _imageSize = OptionKinds.Whole(
        "--image-size",
        "N",
        "Width and height of the images, in pixels. [default: 224; for a file, its input size]",
        1,
        16384
    );
    private readonly EngineOptions _engine = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<int?> _rounds = OptionKinds.Whole(
        "--rounds",
        "N",
        $"Number of measurements, each {Standard.RoundSeconds} s or one batch long; the median is "
            + $"reported. [default: {Standard.Rounds}]",
        1,
        10000
    );
    private readonly Option<bool> _perLayer = new("--per-layer")
    {
        Description = "Also time every layer, and measure the memory bandwidth.",
    };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private BenchmarkCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var benchmark = new BenchmarkCommand(environment);
        var command = new VerbCommand(
            "benchmark",
            "Measure how fast this machine computes features of images in memory."
        )
        {
            Examples =
            [
                new("graft benchmark", "images per second with ResNet-50 on all processors"),
                new("graft benchmark --batch-size 1 --threads 1 --per-layer", "also the time of each layer"),
                new("graft benchmark --backbone efficientnet_b0", "any network of 'graft models list'"),
                new("graft benchmark --backbone model.onnx", "a network in a file"),
                new("graft benchmark --image-size 139 --json", "for scripts"),
            ],
            Notes =
            [
                "Measures from pixels (0 to 255) to pooled features, without decoding. Downloads nothing: "
                    + "weights are random unless they come from a file.",
                "GFLOP/s count the operations of direct convolution; the peak is the rate of fused "
                    + "multiply-adds on registers.",
                "For comparable results, run nothing else on the machine.",
            ],
        };
        benchmark._backbone.AddNetworkTo(command);
        command.Validators.Add(benchmark.Check);
        foreach (
            var option in new Option[]
            {
                benchmark._batchSize,
                benchmark._imageSize,
                benchmark._threads,
                benchmark._rounds,
                benchmark._perLayer,
                benchmark._json,
            }
        )
            command.Add(option);
        benchmark._engine.AddTo(command);
        command.SetAction(benchmark.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var request = Standard with
        {
            Backbone = _backbone.Read(parsed),
            BatchSize = parsed.GetValue(_batchSize) ?? Standard.BatchSize,
            ImageSize = parsed.GetValue(_imageSize),
            Threads = parsed.GetValue(_threads) ?? Standard.Threads,
            Rounds = parsed.GetValue(_rounds) ?? Standard.Rounds,
            Engine = _engine.Read(parsed),
            PerLayer = parsed.GetValue(_perLayer),
        };
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            BackboneBenchmark.Run(request, progress, _environment.CancellationToken)
        );
        if (parsed.GetValue(_json))
            _environment.Terminal.Output.WriteLine(BackboneBenchmarkJson.Write(report));
        else
            BenchmarkRendering.Print(_environment.Terminal.Output, report);
        return ExitCode.Done;
    }

    private void Check(CommandResult result)
    {
        if (_backbone.Name(result) is { } name && !BenchmarkBackbones.Knows(name))
            result.AddError(
                $"--backbone: '{name}' is neither a known network nor a file. Known networks: "
                    + $"{string.Join(", ", BenchmarkBackbones.Names)}."
            );
    }
}
