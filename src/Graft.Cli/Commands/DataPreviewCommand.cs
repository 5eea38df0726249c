using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;
using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Cli.Commands;

/// <summary><c>graft data preview</c>: writes an overview of augmented images.</summary>
internal sealed class DataPreviewCommand
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A folder of images, with or without class subfolders, or one image.",
    };
    private readonly AugmentOptions _augment = new("standard");
    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description =
            "The output file: .png, .jpg or .webp; an existing file is replaced. [default: " + "augmentation.png]",
    };
    private readonly Option<int?> _images = OptionKinds.Whole(
        "--images",
        "N",
        "Number of images, spread over the folder; one row each. [default: 6]",
        1,
        100
    );
    private readonly Option<int?> _epochs = OptionKinds.Whole(
        "--epochs",
        "N",
        "Number of augmented versions of each image. [default: 7]",
        1,
        100
    );
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Seed of the random number generator. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly Option<string?> _backbone = CommonOptions.BackboneName();
    private readonly Option<int?> _imageSize = CommonOptions.ImageSize();
    private readonly Option<ResizeRule?> _resize = CommonOptions.Resize();
    private readonly LimitOptions _limits = new();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private DataPreviewCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var preview = new DataPreviewCommand(environment);
        var command = new VerbCommand(
            "preview",
            "Write an overview of augmented images: one row per image; the first column without "
                + "augmentation, then one column per epoch."
        )
        {
            Examples =
            [
                new("graft data preview photos", "the standard preset"),
                new("graft data preview photos --augment strong --output strong.png", "another preset and output file"),
                new("graft data preview photos --augment none --rotation 20 --fill reflect", "a single transform"),
                new("graft data preview photos --augment light --cutmix 1 --seed 3", "mixed images, another seed"),
            ],
            Notes =
            [
                "Shows the images that training would use with the same options and seed. Trains and "
                    + "downloads nothing.",
            ],
        };
        command.Add(preview._data);
        preview._augment.AddTo(command);
        foreach (
            var option in new Option[]
            {
                preview._output,
                preview._images,
                preview._epochs,
                preview._seed,
                preview._backbone,
                preview._imageSize,
                preview._resize,
            }
        )
            command.Add(option);
        preview._limits.AddTo(command);
        command.Add(preview._json);
        command.SetAction(preview.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var standard = new AugmentationPreviewRequest { Data = parsed.GetRequiredValue(_data) };
        var report = AugmentationPreview.Run(
            GraftHome.Locate(),
            standard with
            {
                Output = parsed.GetValue(_output) ?? standard.Output,
                Augmentation = _augment.Read(parsed, standard.Augmentation),
                Images = parsed.GetValue(_images) ?? standard.Images,
                Epochs = parsed.GetValue(_epochs) ?? standard.Epochs,
                Seed = parsed.GetValue(_seed) ?? standard.Seed,
                Backbone = parsed.GetValue(_backbone) ?? standard.Backbone,
                ImageSize = parsed.GetValue(_imageSize),
                Resize = parsed.GetValue(_resize),
                Limits = _limits.Read(parsed),
            },
            _environment.CancellationToken
        );
        var terminal = _environment.Terminal;
        BadImageWarning.Write(terminal, report.BadImages);
        if (parsed.GetValue(_json))
        {
            JsonOutput.Print(terminal, report, json => json.AugmentationPreviewReport);
            return ExitCode.Done;
        }

        var facts = new FactList(terminal.Output);
        facts.Add("Augmentation", report.Augmentation);
        facts.Add("Images", string.Join(", ", report.Images));
        facts.Add("Output", $"{Format.Path(report.Output)}, {report.Width}x{report.Height}");
        facts.Print();
        return ExitCode.Done;
    }
}
