using System.Diagnostics;
using System.Globalization;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Training.Benchmarking;

namespace Graft.Benchmarks.Extraction;

/// <summary>
/// Extracts the features of a number of photos into a store on disk, as <c>graft features</c> does, and tells how fast,
/// what part of it is decoding, and how memory grows.
/// </summary>
internal static class ExtractionCommand
{
    private const string Usage = "Usage: Graft.Benchmarks extraction PHOTO [IMAGES [BACKBONE [IMAGE-SIZE]]]";
    private const double Mebibyte = 1 << 20;
    private const long BytesInMemory = 32 << 20;

    public static int Run(string[] arguments)
    {
        var numbers = new[] { 10_000, 224 };
        if (arguments.Length is < 1 or > 4 || !Number(1, ref numbers[0]) || !Number(3, ref numbers[1]))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var (images, size) = (numbers[0], numbers[1]);
        var architecture = Architectures.Find(arguments.ElementAtOrDefault(2) ?? "resnet50");
        var photo = File.ReadAllBytes(arguments[0]);
        var folder = Directory.CreateTempSubdirectory("graft-extraction");
        try
        {
            using var backbone = new Backbone(
                architecture.Name,
                BenchmarkBackbones.Build(architecture.Name, size),
                architecture.Preprocessing.WithSize(size)
            )
            {
                OnlyRuns = true,
            };
            using var store = FeatureStore.Open(Path.Combine(folder.FullName, "features.db"));
            using var workers = new WorkerPool();
            var extractor = new FeatureExtractor(
                backbone,
                store,
                workers,
                new() { MaximumBytesInMemory = BytesInMemory }
            );
            var clock = Stopwatch.StartNew();
            var next = Math.Min(1000, images);
            var features = extractor.Extract(
                [.. Enumerable.Range(0, images).Select(i => new RepeatedPhoto(photo, i))],
                new Relay(progress =>
                {
                    if (progress.Phase != FeaturePhase.Compute || progress.Done < next)
                        return;
                    using var process = Process.GetCurrentProcess();
                    Console.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{progress.Done, 7} images, {progress.Done / clock.Elapsed.TotalSeconds, 7:F1} "
                                + $"images/s, {process.WorkingSet64 / Mebibyte, 7:F0} MiB now, "
                                + $"{process.PeakWorkingSet64 / Mebibyte, 7:F0} MiB peak"
                        )
                    );
                    next += 1000;
                })
            );
            var extraction = features.Extraction;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{extraction.Duration.TotalSeconds:F1} s: the network {extraction.NetworkSeconds:F1} s, beside "
                        + $"it {extraction.DecodeSeconds:F1} s of decoding"
                )
            );
            features.Dispose();
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        bool Number(int place, ref int number) =>
            arguments.Length <= place
            || (
                int.TryParse(arguments[place], NumberStyles.None, CultureInfo.InvariantCulture, out number)
                && number > 0
            );
    }

    private sealed class Relay(Action<FeatureProgress> action) : IProgress<FeatureProgress>
    {
        public void Report(FeatureProgress value) => action(value);
    }
}
