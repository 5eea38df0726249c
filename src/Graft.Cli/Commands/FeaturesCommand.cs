using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Cli.Commands;

/// <summary><c>graft features</c>: writes features to a file, and manages the feature store.</summary>
internal sealed class FeaturesCommand
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A folder of images, with or without class subfolders, or one image.",
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "The output file, .npy or .safetensors.",
        Required = true,
    };
    private readonly BackboneOptions _backbone = new("--node", "--cut");
    private readonly Option<bool> _spatial = new("--spatial")
    {
        Description =
            "Write spatial features, [images, height, width, channels] or, of tokens, [images, tokens, channels], "
            + "instead of pooled features.",
    };
    private readonly Option<FeaturePrecision?> _precision = CommonOptions.FeaturePrecision();
    private readonly Option<BadImageRule?> _onBadImage = CommonOptions.OnBadImage();
    private readonly LimitOptions _limits = new();
    private readonly EngineOptions _engine = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private FeaturesCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command with its subcommands.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var features = new FeaturesCommand(environment);
        var command = new VerbCommand(
            "features",
            "Compute features of images with a pretrained network and write them to a file, or manage "
                + "the feature store."
        )
        {
            Examples =
            [
                new("graft features photos --output features.npy", "float32 [images, channels], for NumPy"),
                new("graft features photos --output features.safetensors --spatial", "spatial features"),
                new(
                    "graft features photos --output f.npy --backbone vgg16 --weights vgg16.pth --node flatten",
                    "after VGG's convolutions: 25,088 values"
                ),
                new("graft features photos --output f.npy --backbone model.onnx", "features of a network in a file"),
                new("graft features status", "list the stored features and their size"),
                new("graft features prune --unused-for 30d", "remove features not used for a month"),
            ],
            Notes =
            [
                "Rows are in ordinal order of the relative paths, which FILE.files.csv lists. Unreadable "
                    + "images have no row.",
                "After an interruption, run the same command again to continue: computed features are kept.",
                "For a folder named like a subcommand, write ./status or ./prune.",
            ],
        };
        command.Add(features._data);
        command.Add(features._output);
        features._backbone.AddTo(command);
        foreach (var option in new Option[] { features._spatial, features._precision, features._onBadImage })
            command.Add(option);
        command.Validators.Add(features.Check);
        features._limits.AddTo(command);
        features._engine.AddTo(command);
        command.Add(features._threads);
        command.Add(features._json);
        command.SetAction(features.Run);
        command.Add(FeatureStoreCommands.Status(environment.Terminal));
        command.Add(FeatureStoreCommands.Prune(environment.Terminal));
        return command;
    }

    private void Check(CommandResult result)
    {
        if (result.GetValue(_spatial) && _backbone.NamesNode(result))
            result.AddError("--spatial and --node cannot be combined; leave out one of them.");
    }

    private int Run(ParseResult parsed)
    {
        var standard = new FeatureExportRequest
        {
            Data = parsed.GetRequiredValue(_data),
            Output = parsed.GetRequiredValue(_output),
        };
        var request = standard with
        {
            Backbone = _backbone.Read(parsed),
            Spatial = parsed.GetValue(_spatial),
            Precision = parsed.GetValue(_precision) ?? standard.Precision,
            FailOnBadImage = parsed.GetValue(_onBadImage) == BadImageRule.Fail,
            Engine = _engine.Read(parsed),
            Limits = _limits.Read(parsed),
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var report = WorkProgress.Run(_environment.Terminal, progress =>
            FeatureExport.Run(GraftHome.Locate(), workers, request, progress, _environment.CancellationToken)
        );
        BadImageWarning.Write(_environment.Terminal, report.BadImages);
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, report, json => json.FeatureExportReport);
        else
            FeatureRendering.Print(_environment.Terminal.Output, report);
        return ExitCode.Done;
    }
}
