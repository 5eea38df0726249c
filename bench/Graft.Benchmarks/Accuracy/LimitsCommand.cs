using System.Globalization;
using Graft.Classification.Confidence;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;

namespace Graft.Benchmarks.Accuracy;

/// <summary>
/// Whether a classifier keeps what it states of its limits: over many random splits of a folder's photos, the coverage
/// of prediction sets, and how many photos of the classes, and of other things, are called unknown.
/// </summary>
internal static class LimitsCommand
{
    private const string Usage =
        "Usage: Graft.Benchmarks limits PHOTOS OTHERS [SPLITS]   (OTHERS: a folder of photos of other things)";

    private const int TestPhotos = 200;

    private const double L2 = 0.01;

    private static readonly double[] Coverages = [0.9, 0.95, 0.98];

    public static int Run(string[] arguments)
    {
        if (arguments.Length is < 2 or > 3)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var splits = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 200;
        var home = GraftHome.Locate();
        using var workers = new WorkerPool();
        using var store = FeatureStore.OpenOrInMemory(home.Features, new());
        using var backbone = Backbone.Load(new ModelStore(home), "resnet50");
        var dataset = ImageDataset.Scan(arguments[0], new() { ValidationFraction = 0 });
        ImageSample[] photos = [.. dataset.Training, .. dataset.Validation, .. dataset.Test];
        using var features = Extract(photos.Select(photo => photo.Path));
        using var others = Extract(ImageFolder.List(arguments[1]).Select(photo => photo.Path));
        using var sketch = new RandomProjection(features.Shape);
        using var allOthers = others.Read(0, others.Count);
        var otherSketches = sketch.Project(allOthers, workers);
        using var all = features.Read(0, features.Count);
        var measurement = new LimitsMeasurement(
            [.. features.Extraction.Good.Select(i => photos[i].Label)],
            dataset.ClassNames.Count,
            all,
            sketch.Project(all, workers),
            otherSketches,
            workers
        );
        for (var split = 0; split < splits; split++)
            measurement.Add(TestPhotos, L2, Coverages, (ulong)split);
        measurement.Print(Coverages);
        return 0;

        FeatureSet Extract(IEnumerable<string> paths) =>
            new FeatureExtractor(backbone, store, workers).Extract([
                .. paths.Select(path => ImageSample.FromFile(path)),
            ]);
    }
}
