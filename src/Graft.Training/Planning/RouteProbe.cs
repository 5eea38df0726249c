using System.Diagnostics;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Evaluation;
using Graft.Learning.Fitting;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.DataChecks;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// Measures a backbone on some images of a dataset by doing a little of the work of training. The computed features
/// stay in the store for the training that follows.
/// </summary>
internal sealed class RouteProbe(
    GraftHome home,
    WorkerPool workers,
    PlanningRequest request,
    ImageDataset images,
    IProgress<RunProgress>? progress,
    CancellationToken cancellationToken
)
{
    /// <summary>The number of images between two looks at the clock.</summary>
    private const int Portion = 32;

    /// <summary>The maximum number of sampled images; they suffice to estimate a head's accuracy.</summary>
    private const int MostTried = 1000;

    /// <summary>The share of the time for features; the rest is for the head and training steps.</summary>
    private const double FeaturePart = 0.5;

    /// <summary>
    /// The number of training steps with the trunk in memory. The first is not counted, because it touches memory for
    /// the first time and waits for the compiler.
    /// </summary>
    private const int Steps = 3;

    /// <summary>Measures a backbone.</summary>
    /// <param name="source">The backbone.</param>
    /// <param name="time">The intended duration.</param>
    public RouteMeasurement Run(BackboneSource source, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        progress?.Report(new(RunPhase.Backbone));
        using var backbone = RunBackbone.Load(
            home,
            source,
            FeatureKind.Pooled,
            request.Engine,
            onlyRuns: false,
            progress,
            cancellationToken
        );
        RunBackbone.TellAssumed(backbone, progress);
        using var store = RunFeatures.OpenStore(home, progress);
        var facts = ImageFactTable.Create(store, backbone.Preprocessing);
        var extractor = new FeatureExtractor(
            backbone,
            store,
            workers,
            new() { Limits = request.Limits, Facts = facts }
        );
        var weights = backbone.Network.Parameters.Sum(pair => (long)pair.Value.Value.Length) * sizeof(float);
        _ = backbone.Compiled;
        var load = clock.Elapsed;

        using var tried = TryFeatures(extractor, FeaturePart * time);
        var featureMemory = Memory();
        progress?.Report(new(RunPhase.Head));
        var groups = Groups(tried, facts, backbone.Preprocessing);
        var headClock = Stopwatch.StartNew();
        var expected = Expect(tried, groups);
        var headSeconds = headClock.Elapsed.TotalSeconds;
        var steps = MeasureSteps(backbone, tried.Images);
        var perFeature = tried.SecondsPerImage ?? steps.Values.Select(step => (double?)step.SecondsPerImage).Min();
        return new()
        {
            Backbone = source.Name,
            LoadSeconds = load.TotalSeconds,
            SecondsPerFeature = perFeature ?? 0,
            UnknownImages = extractor.CountUnknown(images.All, cancellationToken),
            HeadSeconds = headSeconds,
            HeadImages = tried.Images.Count,
            FeatureBytes = backbone.FeatureShape.ElementCount * sizeof(float),
            WeightBytes = weights,
            FeatureMemory = featureMemory,
            Steps = steps,
            Expected = expected,
        };
    }

    /// <summary>
    /// Orders the training images so that every prefix has the classes in about the proportions of the whole.
    /// </summary>
    internal static IReadOnlyList<ImageSample> Mixed(IReadOnlyList<ImageSample> training, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var placed = new List<(double Place, ImageSample Image)>(training.Count);
        foreach (var group in training.GroupBy(image => image.Label))
        {
            var members = group.ToList();
            random.Shuffle(members);
            placed.AddRange(members.Select((image, i) => ((i + 0.5) / members.Count, image)));
        }

        return [.. placed.OrderBy(item => item.Place).ThenBy(item => item.Image.Label).Select(item => item.Image)];
    }

    private TriedImages TryFeatures(FeatureExtractor extractor, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var mixed = Mixed(images.Training, request.Seed);
        var rates = new List<double>();
        var good = new List<ImageSample>();
        var rows = new List<Tensor>();
        try
        {
            foreach (var portion in mixed.Take(MostTried).Chunk(Portion))
            {
                var start = Stopwatch.GetTimestamp();
                using var features = RunFeatures.Extract(extractor, portion, progress, cancellationToken);
                if (features.Extraction.Computed > Portion / 2)
                    rates.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / features.Extraction.Computed);
                good.AddRange(features.Extraction.Good.Select(place => portion[place]));
                rows.Add(features.Read([.. Enumerable.Range(0, features.Count)]));
                if (clock.Elapsed >= time)
                    break;
            }

            // The first portion touches memory for the first time and waits for the compiler.
            return new(
                good,
                Joined(rows, extractor),
                rates.Count == 0 ? null : rates.Skip(rates.Count > 1 ? 1 : 0).Average()
            );
        }
        finally
        {
            foreach (var tensor in rows)
                tensor.Dispose();
        }
    }

    private static Tensor Joined(List<Tensor> rows, FeatureExtractor extractor)
    {
        var joined = Tensor.Uninitialized(
            new Shape([rows.Sum(tensor => tensor.Shape[0]), .. extractor.FeatureShape.Dimensions])
        );
        var done = 0;
        foreach (var tensor in rows.Where(tensor => tensor.Shape[0] > 0))
        {
            tensor.Span.CopyTo(joined.Rows(done, tensor.Shape[0]));
            done += tensor.Shape[0];
        }

        return joined;
    }

    /// <summary>
    /// Computes for each image a number that it shares with similar images, so that none confirms the label of another.
    /// </summary>
    private int[] Groups(TriedImages tried, ImageFactTable table, Preprocessing preprocessing)
    {
        var known = new ImageFactReader(table, preprocessing, request.Limits, workers.ThreadCount).Read(
            tried.Images,
            null,
            cancellationToken
        );
        var pairs = ImageComparison.Compare(
            tried.Images,
            [.. known.Select(item => item.Facts)],
            tried.Features,
            workers,
            cancellationToken
        );
        return DuplicateGroups.Compute(tried.Images.Count, pairs);
    }

    private ExpectedAccuracy? Expect(TriedImages tried, int[] groups)
    {
        int[] labels = [.. tried.Images.Select(image => image.Label)];
        if (labels.Distinct().Count() < 2)
            return null;
        using var probabilities = LinearHead.PredictOutOfFold(
            tried.Features,
            labels,
            images.ClassNames.Count,
            workers,
            new() { Seed = request.Seed, ImageNumbers = groups },
            cancellationToken
        );
        var right = Enumerable
            .Range(0, labels.Length)
            .Count(i => ClassificationMetrics.ArgMax(probabilities.Rows(i)) == labels[i]);
        return new((double)right / labels.Length, ConfidenceInterval.OfShare(right, labels.Length), labels.Length);
    }

    /// <summary>
    /// Measures some training steps with each method that keeps the trunk in memory. Takes the backbone's network.
    /// </summary>
    private Dictionary<TrainingMethod, StepMeasurement> MeasureSteps(Backbone backbone, IReadOnlyList<ImageSample> good)
    {
        var measured = new Dictionary<TrainingMethod, StepMeasurement>();
        var (preprocessing, node, engine) = (backbone.Preprocessing, backbone.Node, backbone.Engine);
        using var network = backbone.TakeNetwork();
        if (good.Count == 0)
            return measured;
        // Fine-tuning last: its steps change the trunk.
        foreach (var method in request.Methods.Where(method => method != TrainingMethod.Features).Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var run = MethodDefaults.Fill(
                new()
                {
                    Data = request.Data,
                    Method = method,
                    Seed = request.Seed,
                    Limits = request.Limits,
                }
            );
            using (
                var head = HeadNetworks.Build(
                    run.Head!,
                    network.OutputShape,
                    images.ClassNames.Count,
                    new DeterministicRandom(request.Seed)
                )
            )
                _ = JoinedNetwork.Join(network, backbone.Stages, head, run);

            using (var trainable = new TrainableNetwork(network, workers, run.BatchSize!.Value, engine.Compile))
            {
                var batches = JoinedNetwork.Batches(
                    [.. good.Take(Steps * run.BatchSize.Value)],
                    images.ClassNames.Count,
                    preprocessing,
                    run,
                    run.Sampling
                );
                var watch = new StepWatch();
                new Trainer(
                    trainable,
                    workers,
                    new()
                    {
                        Epochs = 1,
                        Optimizer = RunTrainer.OptimizerOf(run),
                        Schedule = LearningRateSchedule.Parse(run.Schedule!),
                    }
                ).Fit(batches, null, [watch], cancellationToken);
                var trained = JoinedNetwork.CountTrainable(network) * sizeof(float);
                var boundary =
                    trainable.BoundaryNode == node || trainable.BoundaryNode == Network.InputName
                        ? 0
                        : trainable.BoundaryShape.ElementCount * sizeof(float);
                measured[method] = new(
                    watch.SecondsPerImage(batches.Count, run.BatchSize.Value),
                    watch.Memory,
                    trained,
                    boundary
                );
            }

            network.SplitAfter(node).Dispose();
        }

        return measured;
    }

    /// <summary>
    /// The physical memory in use, in bytes. It is close to the peak, because the engine keeps freed memory for the
    /// next step.
    /// </summary>
    private static long Memory() => Environment.WorkingSet;

    /// <summary>The sampled images with their features. Owns the features.</summary>
    private sealed record TriedImages(IReadOnlyList<ImageSample> Images, Tensor Features, double? SecondsPerImage)
        : IDisposable
    {
        public void Dispose() => Features.Dispose();
    }

    private sealed class StepWatch : TrainerCallback
    {
        private readonly List<TimeSpan> _ends = [];

        public long Memory { get; private set; }

        public override void BatchEnded(TrainingSession session)
        {
            _ends.Add(session.Elapsed);
            Memory = Math.Max(Memory, RouteProbe.Memory());
        }

        /// <summary>
        /// The time for each image from the end of the first step to the end of the last; with a single step, its own.
        /// </summary>
        public double SecondsPerImage(int images, int batch) =>
            _ends.Count > 1 ? (_ends[^1] - _ends[0]).TotalSeconds / (images - batch) : _ends[0].TotalSeconds / images;
    }
}
