using System.Diagnostics;
using Graft.Classification;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Imaging.Augmentation;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Evaluation;
using Graft.Learning.Fitting;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>
/// Measures a classifier on labelled images. Reuses features from the feature store, including those that were computed
/// for another head on the same trunk.
/// </summary>
internal static class ModelEvaluation
{
    /// <summary>Computes the classifier's metrics.</summary>
    public static EvaluationReport Run(
        GraftHome home,
        WorkerPool workers,
        EvaluationRequest request,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var clock = Stopwatch.StartNew();
        return Measure(
            home,
            workers,
            request,
            progress,
            outputs =>
            {
                var classNames = outputs.Metadata.ClassNames;
                var predictions = ImagePrediction.From(
                    outputs.Probabilities,
                    [.. outputs.Images.Select(image => image.Name)],
                    outputs.Labels
                );
                if (request.Predictions is not null)
                    RunFiles.WritePredictions(
                        request.Predictions,
                        classNames,
                        [new(outputs.Split ?? "", null, predictions)]
                    );
                var confidence = outputs.Metadata.Confidence;
                var metrics = SplitMeasurement.Compute(
                    outputs.Probabilities,
                    predictions,
                    classNames,
                    null,
                    confidence?.Temperature
                ) with
                {
                    Limits = confidence is null
                        ? null
                        : LimitsReport.Measure(
                            confidence,
                            predictions,
                            confidence.Unknown is null
                                ? []
                                : FeatureSplits.Project(outputs.Features.Labelled(0, outputs.Labels), workers)
                        ),
                };
                return new EvaluationReport(metrics)
                {
                    Classes = classNames,
                    BadImages = outputs.Features.Bad,
                    TestTimeViews = outputs.Features.ViewCount,
                    FeaturesComputed = outputs.Features.Computed,
                    FeaturesReused = outputs.Features.Reused,
                    Seconds = clock.Elapsed.TotalSeconds,
                    Data = Path.GetFullPath(request.Data),
                    Split = outputs.Split,
                    Model = Path.GetFullPath(request.Model),
                };
            },
            cancellationToken
        );
    }

    /// <summary>Predicts the class of each image.</summary>
    public static ImageCalls Call(
        GraftHome home,
        WorkerPool workers,
        EvaluationRequest request,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        Measure(
            home,
            workers,
            request,
            progress,
            outputs => new ImageCalls(
                [
                    .. outputs.Images.Select(
                        (image, i) =>
                        {
                            var probabilities = outputs.Probabilities.Rows(i);
                            var called = ClassificationMetrics.ArgMax(probabilities);
                            return new ImageCall(
                                image.Name,
                                outputs.Metadata.ClassNames[image.Label],
                                outputs.Metadata.ClassNames[called],
                                probabilities[called]
                            );
                        }
                    ),
                ],
                outputs.Features.Bad,
                outputs.Split
            ),
            cancellationToken
        );

    /// <summary>Runs the classifier on all images and passes its outputs to <paramref name="use"/>.</summary>
    private static T Measure<T>(
        GraftHome home,
        WorkerPool workers,
        EvaluationRequest request,
        IProgress<RunProgress>? progress,
        Func<Outputs, T> use,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(RunPhase.Backbone));
        using var file = ClassifierFile.Read(request.Model);
        var (images, split) = List(request, file.Metadata.ClassNames);
        var (backbone, head) = Backbone.FromClassifier(file, request.Engine, onlyRuns: true);
        using (backbone)
        using (head)
        using (var store = RunFeatures.OpenStore(home, progress))
        {
            var options = new FeatureExtractorOptions
            {
                Limits = request.Limits,
                FailOnBadImage = request.FailOnBadImage,
            };
            var views = TestTimeViews.First(request.TestTimeViews).Select(FeatureView.From).ToArray();
            using var features = RunFeatures.ExtractViews(
                backbone,
                store,
                workers,
                options,
                views,
                images,
                progress,
                cancellationToken
            );
            if (features.Good.Count == 0)
                throw new DatasetException(
                    $"Evaluating '{request.Model}': none of the {images.Count} images in '{request.Data}' can be "
                        + $"read; the first is '{features.Bad[0].Path}' ({features.Bad[0].Reason})."
                );
            progress?.Report(new(RunPhase.Evaluate));
            ImageSample[] good = [.. features.Good.Select(i => images[i])];
            int[] labels = [.. good.Select(static image => image.Label)];
            using var probabilities = MeanProbabilities(head, features, labels, workers, cancellationToken);
            return use(new(file.Metadata, good, labels, probabilities, features, split));
        }
    }

    /// <summary>Computes the head's probabilities for each image, averaged over the views.</summary>
    private static Tensor MeanProbabilities(
        Network head,
        FeatureViewSet features,
        int[] labels,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        var trainer = new Trainer(head, workers);
        var mean = trainer.Predict(new FeatureBatches(features.Labelled(0, labels)), cancellationToken);
        try
        {
            for (var view = 1; view < features.ViewCount; view++)
            {
                using var other = trainer.Predict(
                    new FeatureBatches(features.Labelled(view, labels)),
                    cancellationToken
                );
                for (var i = 0; i < mean.Span.Length; i++)
                    mean.Span[i] += other.Span[i];
            }

            foreach (ref var probability in mean.Span)
                probability /= features.ViewCount;
            return mean;
        }
        catch
        {
            mean.Dispose();
            throw;
        }
    }

    private static (IReadOnlyList<ImageSample> Images, string? Split) List(
        EvaluationRequest request,
        IReadOnlyList<string> classNames
    )
    {
        if (ImageManifest.Is(request.Data))
            return ListManifest(request, classNames);
        var layout = Directory.Exists(request.Data) ? DatasetLayout.Splits(request.Data) : null;
        if (layout is null)
        {
            return request.Split is null
                ? (FolderDataset.ListWithClasses(request.Data, classNames), null)
                : throw new DatasetException(
                    $"'{request.Data}' has no split folders, so there is no '{request.Split}' split. Leave out "
                        + $"--split, or name a folder with 'train', 'validation' or 'test'."
                );
        }

        var folder = request.Split switch
        {
            null => layout.Test ?? layout.Validation ?? layout.Training,
            "train" => layout.Training,
            "validation" => layout.Validation,
            "test" => layout.Test,
            _ => throw new ArgumentException(
                $"'{request.Split}' is no split; use train, validation or test.",
                nameof(request)
            ),
        };
        if (folder is null)
            throw new DatasetException($"'{request.Data}' has no {request.Split} split.");
        return (FolderDataset.ListWithClasses(Path.Combine(request.Data, folder), classNames), folder);
    }

    private static (IReadOnlyList<ImageSample> Images, string? Split) ListManifest(
        EvaluationRequest request,
        IReadOnlyList<string> classNames
    )
    {
        var images = ImageManifest.Read(request.Data);
        var splits = images.Select(image => image.Split).OfType<string>().ToHashSet();
        if (splits.Count == 0 && request.Split is not null)
            throw new DatasetException(
                $"Manifest '{request.Data}' has no splits, so there is no '{request.Split}' split. Leave out --split."
            );
        var split = request.Split
            ?? new[] { SplitNames.Test, SplitNames.Validation, SplitNames.Training }.FirstOrDefault(splits.Contains);
        ManifestImage[] wanted = [.. images.Where(image => image.Split == split)];
        return wanted.Length > 0
            ? (ImageManifest.Label(request.Data, wanted, classNames), split)
            : throw new DatasetException($"'{request.Data}' has no {split} split.");
    }

    /// <summary>A classifier's outputs for the images that can be read.</summary>
    private sealed record Outputs(
        ClassifierMetadata Metadata,
        IReadOnlyList<ImageSample> Images,
        int[] Labels,
        Tensor Probabilities,
        FeatureViewSet Features,
        string? Split
    );
}
