using Graft.Layers.Activations;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Training.Evaluation;
using Graft.Training.Features;
using Graft.Training.Fitting;

namespace Graft.Training.Runs;

/// <summary>The features of a run's good images, split by split.</summary>
internal sealed class FeatureSplits
{
    private readonly TrainingImages _images;
    private readonly FeatureSet _features;

    public FeatureSplits(TrainingImages images, FeatureSet features)
    {
        _images = images;
        _features = features;
        Training = Range(0, images.Training.Count);
        Validation = Range(images.Training.Count, images.Validation.Count);
        Test = Range(images.Training.Count + images.Validation.Count, images.Test.Count);
    }

    public LabelledFeatures Training { get; }

    public LabelledFeatures Validation { get; }

    public LabelledFeatures Test { get; }

    /// <summary>The good images of a split.</summary>
    public IReadOnlyList<TrainingImage> ImagesOf(LabelledFeatures split) => [.. split.Indices.Select(index => _images.All[_features.Extraction.Good[index]])];

    /// <summary>Runs a head on every split.</summary>
    /// <param name="head">The head, from features to logits.</param>
    /// <param name="classNames">The classes.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Stops between mini-batches.</param>
    /// <returns>Training, validation and test, in this order.</returns>
    public IReadOnlyList<SplitResult> Evaluate(Network head, IReadOnlyList<string> classNames, WorkerPool workers, CancellationToken cancellationToken) =>
    [
        Evaluate("train", Training, head, classNames, workers, cancellationToken),
        Evaluate("validation", Validation, head, classNames, workers, cancellationToken),
        Evaluate("test", Test, head, classNames, workers, cancellationToken),
    ];

    private SplitResult Evaluate(string name, LabelledFeatures split, Network head, IReadOnlyList<string> classNames, WorkerPool workers, CancellationToken cancellationToken)
    {
        if (split.Count == 0)
            return new(name, null, []);
        using var values = new Trainer(head, workers).Predict(new FeatureBatches(split), cancellationToken);
        for (var i = 0; i < split.Count; i++)
            Softmax.Apply(values.Rows(i), values.Rows(i));
        var predictions = new ImagePrediction[split.Count];
        for (var i = 0; i < predictions.Length; i++)
            predictions[i] = new(_images.All[_features.Extraction.Good[split.Indices[i]]].Name, split.Labels[i], values.Rows(i).ToArray());
        return new(name, SplitMetrics.Of(ClassificationMetrics.OfProbabilities(values, split.Labels), classNames), predictions);
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
}

/// <summary>What a head says of one split.</summary>
/// <param name="Split">The split's name.</param>
/// <param name="Metrics">The figures; null without images.</param>
/// <param name="Predictions">What it says of each image.</param>
internal sealed record SplitResult(string Split, SplitMetrics? Metrics, IReadOnlyList<ImagePrediction> Predictions);

/// <summary>What a head says of one image.</summary>
/// <param name="Name">The image.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Probabilities">The probability of each class.</param>
internal sealed record ImagePrediction(string Name, int Label, float[] Probabilities);
