using System.CommandLine;
using Graft.Classification;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;

namespace Graft.Cli.Commands;

/// <summary><c>graft export</c>: exports a classifier for other programs.</summary>
internal sealed class ExportCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly Option<ExportFormat?> _format = OptionKinds.Choice(
        "--format",
        "The format: onnx, safetensors (weights with torchvision's names), tfjs (a TensorFlow.js "
            + "layers model) or json (a Keras architecture with separate weights).",
        ("onnx", ExportFormat.Onnx),
        ("safetensors", ExportFormat.Safetensors),
        ("tfjs", ExportFormat.TensorFlowJs),
        ("json", ExportFormat.Json)
    );

    private readonly Option<ModelParts?> _part = OptionKinds.Choice(
        "--part",
        "The part: classifier (pixels to probabilities), trunk (pixels to features), head (features "
            + "to probabilities) or all (one file each). [default: all]",
        ("classifier", ModelParts.Classifier),
        ("trunk", ModelParts.Trunk),
        ("head", ModelParts.Head),
        ("all", ModelParts.All)
    );

    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "FOLDER",
        Description =
            "The output folder; existing files of the same names are replaced. [default: a folder beside "
            + "the model, named after the format]",
    };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private ExportCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var export = new ExportCommand(environment);
        var command = new VerbCommand("export", "Export a classifier, or its parts, for other programs.")
        {
            Examples =
            [
                new("graft export runs/train --format onnx", "runs/train/onnx/classifier.onnx, trunk.onnx, head.onnx"),
                new(
                    "graft export runs/train --format tfjs --part classifier --output web",
                    "web/classifier/model.json, for browsers"
                ),
                new("graft export runs/train --format safetensors --part trunk", "weights that PyTorch loads"),
                new("graft export runs/train --format json --json", "for scripts"),
            ],
            Notes =
            [
                "The classifier and the trunk include the preprocessing: their input is RGB pixels (0 to "
                    + "255), [batch, height, width, 3]. Class names and the resize rule are stored as metadata.",
                "model.onnx is a standard ONNX file: ONNX Runtime can run it without an export.",
            ],
        };
        export._format.Required = true;
        command.Add(export._model);
        foreach (var option in new Option[] { export._format, export._part, export._output, export._json })
            command.Add(option);
        command.SetAction(export.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var model = ModelArgument.Read(parsed, _model);
        var format = parsed.GetValue(_format)!.Value;
        var output = parsed.GetValue(_output)
            ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, FolderOf(format));
        var report = ModelExport.Run(
            model,
            format,
            parsed.GetValue(_part) ?? ModelParts.All,
            output,
            _environment.CancellationToken
        );
        if (parsed.GetValue(_json))
        {
            JsonOutput.Print(_environment.Terminal, report, json => json.ExportReport);
            return ExitCode.Done;
        }

        var facts = new FactList(_environment.Terminal.Output);
        foreach (var file in report.Files)
            facts.Add(
                $"{file.Part}",
                $"{Format.Path(file.Path)}: [{string.Join(", ", file.Input)}] to "
                    + $"[{string.Join(", ", file.Output)}], {Format.Bytes(file.Bytes)}"
            );
        facts.Print();
        return ExitCode.Done;
    }

    private static string FolderOf(ExportFormat format) =>
        format switch
        {
            ExportFormat.Onnx => "onnx",
            ExportFormat.Safetensors => "safetensors",
            ExportFormat.TensorFlowJs => "tfjs",
            _ => "json",
        };
}
