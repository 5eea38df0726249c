using Graft.Classification.Confidence;
using Graft.Data;
using Graft.Features;
using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Tensors;
using Graft.Training.Measurement;

namespace Graft.Training.Runs;

/// <summary>The features of a run's good images, split by split.</summary>
internal sealed class FeatureSplits
{
    /// <summary>Bounds the memory for feature maps.</summary>
    private const int SketchedAtOnce = 256;

    private readonly ImageDataset _images;
    private readonly FeatureSet _features;
    private readonly TrainingRequest _request;

    /// <summary>Divides.</summary>
    /// <param name="images">The images.</param>
    /// <param name="features">Their features.</param>
    /// <param name="request">Says which training images are kept aside.</param>
    public FeatureSplits(ImageDataset images, FeatureSet features, TrainingRequest request)
    {
        _images = images;
        _features = features;
        _request = request;
        AllTraining = Range(0, images.Training.Count);
        Validation = Range(images.Training.Count, images.Validation.Count);
        Test = Range(images.Training.Count + images.Validation.Count, images.Test.Count);
        var aside = CalibrationSplit.Choose(request, AllTraining.Labels, ContentKeys(AllTraining, request.Limits));
        Training = Where(AllTraining, i => !aside[i]);
        Calibration = Where(AllTraining, i => aside[i]);
    }

    /// <summary>What is learned from.</summary>
    public LabelledFeatures Training { get; }

    /// <summary>Training images that temperature and thresholds are set with instead.</summary>
    public LabelledFeatures Calibration { get; }

    /// <summary>Both.</summary>
    public LabelledFeatures AllTraining { get; }

    public LabelledFeatures Validation { get; }

    public LabelledFeatures Test { get; }

    /// <summary>The same images, divided in the same way, with features of another trunk.</summary>
    /// <param name="features">Those features.</param>
    public FeatureSplits WithFeatures(FeatureSet features) => new(_images, features, _request);

    /// <summary>The good images of a split.</summary>
    public IReadOnlyList<ImageSample> ImagesOf(LabelledFeatures split) =>
        [.. split.Indices.Select(index => _images.All[_features.Extraction.Good[index]])];

    /// <summary>For each image of a split what identifies its content.</summary>
    public IReadOnlyList<string> ContentKeys(LabelledFeatures split, ImageLimits limits) =>
        [.. ImagesOf(split).Select(image => RunImages.Hash(image, limits))];

    /// <summary>For each image that is learned from a number that its copies share.</summary>
    public IReadOnlyList<int> Copies(ImageLimits limits)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. ContentKeys(Training, limits)
                .Select(key => numbers.TryAdd(key, numbers.Count) ? numbers.Count - 1 : numbers[key]),
        ];
    }

    /// <summary>How many images of each class are learned from.</summary>
    public IReadOnlyList<int> TrainingImagesByClass()
    {
        var counts = new int[_images.ClassNames.Count];
        foreach (var label in Training.Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>Sketches the features of a split, for distances.</summary>
    public static sbyte[][] Project(LabelledFeatures split, WorkerPool workers)
    {
        using var sketch = new RandomProjection(split.Features.Shape);
        var sketches = new List<sbyte[]>(split.Count);
        foreach (var some in split.Indices.Chunk(SketchedAtOnce))
        {
            using var features = split.Features.Read(some);
            sketches.AddRange(sketch.Project(features, workers));
        }

        return [.. sketches];
    }

    /// <summary>Runs a head on every split.</summary>
    /// <param name="head">The head, from features to logits.</param>
    /// <param name="confidence">What the model knows of its limits; null where nothing.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Stops between mini-batches.</param>
    /// <returns>
    /// Training, validation, test, and the training images that were kept aside, which are not measured.
    /// </returns>
    public SplitResults Evaluate(
        Network head,
        ModelConfidence? confidence,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        return new(
            Evaluate("train", Training),
            Evaluate("validation", Validation),
            Evaluate("test", Test),
            Evaluate("kept aside", Calibration) with
            {
                Metrics = null,
            }
        );

        SplitResult Evaluate(string name, LabelledFeatures split)
        {
            if (split.Count == 0)
                return new(name, null, []);
            using var values = new Trainer(head, workers).Predict(new FeatureBatches(split), cancellationToken);
            for (var i = 0; i < split.Count; i++)
                Softmax.Apply(values.Rows(i), values.Rows(i));
            var predictions = ImagePrediction.From(
                values,
                [.. ImagesOf(split).Select(image => image.Name)],
                split.Labels
            );
            var metrics = SplitMeasurement.Compute(
                values,
                predictions,
                _images.ClassNames,
                TrainingImagesByClass(),
                confidence?.Temperature
            );
            return new(
                name,
                metrics with
                {
                    Limits = confidence is null
                        ? null
                        : LimitsReport.Measure(
                            confidence,
                            predictions,
                            confidence.Unknown is null ? [] : Project(split, workers)
                        ),
                },
                predictions
            );
        }
    }

    private LabelledFeatures Range(int first, int count)
    {
        var indices = new List<int>();
        var labels = new List<int>();
        for (var i = 0; i < _features.Count; i++)
        {
            var image = _features.Extraction.Good[i];
            if (image < first || image >= first + count)
                continue;
            indices.Add(i);
            labels.Add(_images.All[image].Label);
        }

        return new(_features, indices, labels);
    }

    private static LabelledFeatures Where(LabelledFeatures split, Func<int, bool> chosen)
    {
        int[] places = [.. Enumerable.Range(0, split.Count).Where(chosen)];
        return new(split.Features, [.. places.Select(i => split.Indices[i])], [.. places.Select(i => split.Labels[i])]);
    }
}
