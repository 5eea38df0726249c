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

/// <summary><c>graft features</c>: writes features to a file, and looks after the store of computed features.</summary>
internal sealed class FeaturesCommand
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A folder of images, in classes or not, or one image.",
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "The file: features.npy or features.safetensors.",
        Required = true,
    };
    private readonly BackboneOptions _backbone = new("--node", "--cut");
    private readonly Option<bool> _spatial = new("--spatial")
    {
        Description = "Write the last feature map, [images, height, width, channels], rather than pooled features.",
    };
    private readonly Option<FeaturePrecision?> _precision = CommonOptions.FeaturePrecision();
    private readonly Option<BadImageRule?> _onBadImage = CommonOptions.OnBadImage();
    private readonly LimitOptions _limits = new();
    private readonly Option<bool> _exact = CommonOptions.Exact();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private FeaturesCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Makes the command with its own commands.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var features = new FeaturesCommand(environment);
        var command = new VerbCommand(
            "features",
            "Write what a pretrained network sees in images to a file, or look after the features that are kept."
        )
        {
            Examples =
            [
                new("graft features photos --output features.npy", "float32 [images, channels], for NumPy"),
                new("graft features photos --output features.safetensors --spatial", "the last feature map"),
                new(
                    "graft features photos --output f.npy --backbone vgg16 --weights vgg16.pth --node flatten",
                    "after VGG's convolutions: 25,088 values"
                ),
                new("graft features photos --output f.npy --backbone model.onnx", "of a network in a file"),
                new("graft features status", "what is kept, and how large it is"),
                new("graft features prune --unused-for 30d", "remove what was not used for a month"),
            ],
            Notes =
            [
                "Rows are in ordinal order of the relative paths; FILE.files.csv lists them. Images that cannot be "
                    + "read have no row.",
                "Interrupted at any moment, the same command goes on from there: computed features are kept.",
                "A folder that is named like a command: ./status or ./prune.",
            ],
        };
        command.Add(features._data);
        command.Add(features._output);
        features._backbone.AddTo(command);
        foreach (var option in new Option[] { features._spatial, features._precision, features._onBadImage })
            command.Add(option);
        command.Validators.Add(features.Check);
        features._limits.AddTo(command);
        command.Add(features._exact);
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
            result.AddError("--spatial takes the last feature map, and --node another node; leave out one of them.");
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
            Exact = parsed.GetValue(_exact),
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
