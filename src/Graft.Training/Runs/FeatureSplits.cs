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

/// <summary>The features of a run's good images, by split.</summary>
internal sealed class FeatureSplits
{
    /// <summary>The number of images projected at a time; limits the memory for spatial features.</summary>
    private const int ProjectedAtOnce = 256;

    private readonly ImageDataset _images;
    private readonly FeatureSet _features;
    private readonly TrainingRequest _request;

    /// <summary>Divides the features into splits.</summary>
    /// <param name="images">The images.</param>
    /// <param name="features">Their features.</param>
    /// <param name="request">The training request; it determines the calibration split.</param>
    public FeatureSplits(ImageDataset images, FeatureSet features, TrainingRequest request)
    {
        _images = images;
        _features = features;
        _request = request;
        AllTraining = Range(0, images.Training.Count);
        Validation = Range(images.Training.Count, images.Validation.Count);
        Test = Range(images.Training.Count + images.Validation.Count, images.Test.Count);
        var inCalibration = CalibrationSplit.Choose(
            request,
            AllTraining.Labels,
            ContentKeys(AllTraining, request.Limits)
        );
        Training = Where(AllTraining, i => !inCalibration[i]);
        Calibration = Where(AllTraining, i => inCalibration[i]);
    }

    /// <summary>The training images without the calibration split.</summary>
    public LabelledFeatures Training { get; }

    /// <summary>The calibration split, used only to set the temperature and the thresholds.</summary>
    public LabelledFeatures Calibration { get; }

    /// <summary>All training images, including the calibration split.</summary>
    public LabelledFeatures AllTraining { get; }

    public LabelledFeatures Validation { get; }

    public LabelledFeatures Test { get; }

    /// <summary>Makes the same splits with the features of another trunk.</summary>
    /// <param name="features">The features of that trunk.</param>
    public FeatureSplits WithFeatures(FeatureSet features) => new(_images, features, _request);

    /// <summary>The good images of a split, in the order of its features.</summary>
    public IReadOnlyList<ImageSample> ImagesOf(LabelledFeatures split) =>
        [.. split.Indices.Select(index => _images.All[_features.Extraction.Good[index]])];

    /// <summary>The content hash of each image of a split; see <see cref="RunImages.Hash"/>.</summary>
    public IReadOnlyList<string> ContentKeys(LabelledFeatures split, ImageLimits limits) =>
        [.. ImagesOf(split).Select(image => RunImages.Hash(image, limits))];

    /// <summary>For each image in <see cref="Training"/> a number that its copies share.</summary>
    public IReadOnlyList<int> Copies(ImageLimits limits)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. ContentKeys(Training, limits)
                .Select(key => numbers.TryAdd(key, numbers.Count) ? numbers.Count - 1 : numbers[key]),
        ];
    }

    /// <summary>The number of images of each class in <see cref="Training"/>.</summary>
    public IReadOnlyList<int> TrainingImagesByClass()
    {
        var counts = new int[_images.ClassNames.Count];
        foreach (var label in Training.Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>Computes random projections of a split's features, for distances.</summary>
    public static sbyte[][] Project(LabelledFeatures split, WorkerPool workers)
    {
        using var projection = new RandomProjection(split.Features.Shape);
        var projected = new List<sbyte[]>(split.Count);
        foreach (var indices in split.Indices.Chunk(ProjectedAtOnce))
        {
            using var features = split.Features.Read(indices);
            projected.AddRange(projection.Project(features, workers));
        }

        return [.. projected];
    }

    /// <summary>Runs a head on every split.</summary>
    /// <param name="head">The head, from features to logits.</param>
    /// <param name="confidence">The model's confidence settings; null if it has none.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work between mini-batches.</param>
    /// <returns>
    /// The results for training, validation, test and calibration split. The calibration split has no metrics.
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
        int[] positions = [.. Enumerable.Range(0, split.Count).Where(chosen)];
        return new(
            split.Features,
            [.. positions.Select(i => split.Indices[i])],
            [.. positions.Select(i => split.Labels[i])]
        );
    }
}
