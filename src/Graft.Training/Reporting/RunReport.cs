using System.Globalization;
using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Features;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Learning.Evaluation;
using Graft.Reports;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Training.Runs;

namespace Graft.Training.Reporting;

/// <summary><c>report.html</c>: the results of a run as an HTML page, with the most telling images.</summary>
/// <param name="folder">The run's folder, with the model file.</param>
/// <param name="request">The training request with all defaults filled in.</param>
/// <param name="report">The report of the run.</param>
/// <param name="classNames">The class names.</param>
/// <param name="splits">The features by split.</param>
/// <param name="results">The results on every split.</param>
/// <param name="model">The trained model, for its history.</param>
/// <param name="network">The network in the model file; cut into parts for the heat maps.</param>
internal sealed class RunReport(
    RunFolder folder,
    TrainingRequest request,
    TrainingReport report,
    IReadOnlyList<string> classNames,
    FeatureSplits splits,
    SplitResults results,
    FittedModel model,
    TrainedNetwork network
)
{
    /// <summary>The maximum number of points in the map; more would hide each other.</summary>
    private const int MappedPhotos = 1000;

    /// <summary>The maximum number of points that show their image on hover; each takes about 2 KB.</summary>
    private const int HoveredPhotos = 300;

    private const int HoverSide = 72;

    private static readonly string[] FigureNames =
    [
        "images",
        "accuracy",
        "top-5",
        "balanced",
        "macro F1",
        "loss",
        "calibration error",
    ];

    /// <summary>Writes the page.</summary>
    /// <param name="store">The store for feature maps.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public void Write(FeatureStore store, WorkerPool workers, CancellationToken cancellationToken)
    {
        // The least biased split that exists: test, validation or training.
        var shown = results.Measured.First();
        var split =
            shown == results.Test ? splits.Test
            : shown == results.Validation ? splits.Validation
            : splits.Training;
        var metrics = shown.Metrics!;
        var page = new HtmlPage(
            $"{string.Join(", ", classNames.Take(4))}{(classNames.Count > 4 ? ", …" : "")}",
            $"A classifier of {classNames.Count} classes, trained on {report.TrainedImages:N0} images with Graft "
                + $"{GraftVersion.Current}."
        );
        page.Add("Results", Results(shown));
        page.Add("What was trained", Arguments());
        page.Add("Confusion", RunCharts.Confusion(metrics, classNames, shown.Split));
        page.Add("Classes", RunCharts.Classes(metrics));
        page.Add("Calibration", RunCharts.Calibration(metrics, report.Temperature));
        if (metrics.Limits is { } limits)
            page.Add("Limits", Limits(limits));
        page.Add("Training", RunCharts.Learning(model));
        AddPhotos(page, shown, split, store, workers, cancellationToken);
        page.Add(
            string.Create(CultureInfo.InvariantCulture, $"Map of the {shown.Split} images"),
            Map(shown, split, workers)
        );
        page.Footer = Html.From(
            $"Graft {GraftVersion.Current}; {report.TotalSeconds:0.0} seconds. All metrics are in "
                + $"<code>metrics.json</code>, all predictions are in <code>predictions.csv</code>."
        );
        page.Write(folder.Page);
    }

    private Html Results(SplitResult shown)
    {
        var metrics = shown.Metrics!;
        var figures = HeadlineFigures.Create(
            (
                Percent(metrics.Accuracy),
                $"accuracy on {metrics.Images:N0} {shown.Split} images (95 %: {Range(metrics.Intervals.Accuracy)})"
            ),
            (Percent(metrics.BalancedAccuracy), $"balanced accuracy ({Range(metrics.Intervals.BalancedAccuracy)})"),
            (metrics.Loss.ToString("0.000", CultureInfo.InvariantCulture), "mean cross-entropy in nats"),
            (Percent(metrics.Calibration.ExpectedError), $"calibration error ({Range(metrics.Calibration.Interval)})")
        );
        TableColumn[] columns = [new("split"), .. FigureNames.Select(name => new TableColumn(name, IsNumber: true))];
        var rows = results.Measured.Select(result => Row(result.Split, result.Metrics!));
        return Html.Join(
            figures,
            Html.From($"<p>{Honesty(shown.Split)}</p>"),
            ReportTable.Create(columns, rows),
            Html.From($"<p class=\"soft\">Below each figure: its 95 % interval.</p>")
        );
    }

    private static IReadOnlyList<Html> Row(string split, SplitMetrics metrics) =>
        [
            Html.Text(split),
            Html.From($"{metrics.Images:N0}"),
            Cell(Percent(metrics.Accuracy), Range(metrics.Intervals.Accuracy)),
            Cell(Percent(metrics.Top5), Range(metrics.Intervals.Top5)),
            Cell(Percent(metrics.BalancedAccuracy), Range(metrics.Intervals.BalancedAccuracy)),
            Cell(Percent(metrics.MacroF1), Range(metrics.Intervals.MacroF1)),
            Cell(
                metrics.Loss.ToString("0.000", CultureInfo.InvariantCulture),
                metrics.Intervals.Loss is { } loss
                    ? string.Create(CultureInfo.InvariantCulture, $"{loss.Low:0.000} to {loss.High:0.000}")
                    : ""
            ),
            Cell(Percent(metrics.Calibration.ExpectedError), Range(metrics.Calibration.Interval)),
        ];

    private static Html Cell(string figure, string interval) =>
        Html.From($"{figure}<br><span class=\"soft\">{interval}</span>");

    private string Honesty(string split) =>
        (split, report.ValidationDecidedStopping) switch
        {
            ("test", true) =>
                "The validation images decided when training stopped, so their metrics are optimistic. The test images "
                    + "were used for nothing else and come first.",
            ("test", false) =>
                "Neither test nor validation images were used for training, for choosing its settings, or for setting "
                    + "temperature and thresholds.",
            ("validation", true) =>
                "The validation images also decided when training stopped, so these metrics are slightly optimistic. A "
                    + "test split would give unbiased ones.",
            ("validation", false) =>
                "The validation images were not used for training, for choosing its settings, or for setting "
                    + "temperature and thresholds.",
            _ => "There are no validation images. These metrics are for the training images and say nothing about "
                + "other images.",
        };

    private Html Arguments()
    {
        var images = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.TrainImages:N0} training, {report.ValidationImages:N0} validation, {report.TestImages:N0} test"
        );
        var facts = new List<(string, string)>
        {
            ("Data", request.Data),
            (
                "Images",
                report.BadImages > 0
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{images}; {report.BadImages:N0} bad, left out (bad-images.csv)"
                    )
                    : images
            ),
            (
                "Network",
                request.Backbone.Name + (report.Unfrozen is null ? "" : $", trained from {report.Unfrozen} up")
            ),
            ("Method", request.Method.ToString().ToLowerInvariant()),
            (
                "Head",
                report.Head + (report.L2 is { } l2 ? string.Create(CultureInfo.InvariantCulture, $", L2 {l2:G3}") : "")
            ),
            ("Augmentation", report.Augmentation),
            ("Trainable parameters", report.TrainableParameters.ToString("N0", CultureInfo.InvariantCulture)),
            (
                "Epochs",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Epochs}{(report.StopReason is null ? "" : $" ({report.StopReason})")}"
                )
            ),
            ("Seed", request.Seed.ToString(CultureInfo.InvariantCulture)),
            (
                "Held out",
                report.HoldOut switch
                {
                    HoldOut.OutOfFold => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{report.HeldOutImages:N0} training images in turn, to set temperature and thresholds; "
                            + $"the model is trained on all images"
                    ),
                    HoldOut.CalibrationSplit => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{report.HeldOutImages:N0} training images, to set temperature and thresholds; "
                            + $"the model is not trained on them"
                    ),
                    HoldOut.Refit => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{report.HeldOutImages:N0} training images in a first training, to set temperature "
                            + $"and thresholds; the model is trained on all images"
                    ),
                    _ => "no images, so there is no temperature and there are no prediction sets",
                }
            ),
            ("Versions", $"Graft {GraftVersion.Current}, .NET {Environment.Version}, {ImageDecoder.Version}"),
        };
        var table = ReportTable.Create(
            [new(""), new("")],
            facts.Select(IReadOnlyList<Html> (fact) => [Html.Text(fact.Item1), Html.Text(fact.Item2)])
        );
        return Html.Join(
            table,
            Html.From(
                $"<details><summary>All arguments</summary><pre>{File.ReadAllText(folder.Arguments)}</pre></details>"
            )
        );
    }

    private static Html Limits(LimitsReport limits)
    {
        var parts = new List<Html>();
        if (limits.UnknownRate is { } unknown)
            parts.Add(
                Html.From(
                    $"<p>{Percent(unknown)} of these images ({Range(limits.UnknownRateInterval!.Value)}) are classed "
                        + $"as unknown, because no training photo is like them; the stated rate is "
                        + $"{Percent(limits.StatedUnknownRate!.Value)}.</p>"
                )
            );
        if (limits.Coverage is { } coverage)
            parts.Add(
                Html.From(
                    $"<p>Prediction sets contain the right class for {Percent(coverage)} "
                        + $"({Range(limits.CoverageInterval!.Value)}) of the images; the stated coverage is at least "
                        + $"{Percent(limits.StatedCoverage!.Value)}. They have "
                        + $"{limits.MeanSetSize!.Value:0.00} classes on average.</p>"
                )
            );
        return Html.Join(parts);
    }

    private void AddPhotos(
        HtmlPage page,
        SplitResult shown,
        LabelledFeatures split,
        FeatureStore store,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        var images = splits.ImagesOf(split);
        var photos = ShownImages.Choose(shown.Predictions);
        int[] all = [.. photos.All];
        using var maps = HeatMaps.Create(network, request.Engine, workers);
        var heat = maps?.Of(
            [.. all.Select(i => images[i])],
            [.. all.Select(i => shown.Predictions[i].Called)],
            store,
            request.Limits,
            cancellationToken
        );
        var makers = new ImageCards(classNames, request.Limits);
        var preprocessing = maps?.Preprocessing;
        var made = new ImageCard[all.Length];
        workers.Run(all.Length, (i, _) =>
            made[i] = makers.Of(images[all[i]], shown.Predictions[all[i]], heat?[i], preprocessing)
        );
        var cards = all.Zip(made).ToDictionary(pair => pair.First, pair => pair.Second);
        var looked = maps is null
            ? Html.Empty
            : Html.From(
                $"<p class=\"soft\">Below each photo: the regions that led to the predicted class (Grad-CAM), the "
                    + $"most important in red.</p>"
            );
        page.Add(
            "Worst errors",
            Html.Join(
                looked,
                photos.Worst.Count == 0
                    ? Html.From($"<p>There are none.</p>")
                    : ImageGrid.Create(photos.Worst.Select(i => cards[i]))
            )
        );
        if (photos.Confused.Count > 0)
        {
            page.Add(
                "Most frequent confusions",
                Html.Join(
                    photos.Confused.Select(pair =>
                        ImageGrid.Group(
                            Html.From(
                                $"<b>{classNames[pair.Truth]}</b> predicted as <b>{classNames[pair.Called]}</b>: "
                                    + $"{shown.Metrics!.Confusion[pair.Truth][pair.Called]} of "
                                    + $"{shown.Metrics.PerClass[pair.Truth].Support}"
                            ),
                            pair.Photos.Select(i => cards[i])
                        )
                    )
                )
            );
        }

        page.Add("Right, but least certain", ImageGrid.Create(photos.Unsure.Select(i => cards[i])));
        page.Add("Right, and most certain", ImageGrid.Create(photos.Best.Select(i => cards[i])));
    }

    private Html Map(SplitResult shown, LabelledFeatures split, WorkerPool workers)
    {
        var step = Math.Max(1, (split.Count + MappedPhotos - 1) / MappedPhotos);
        int[] mapped = [.. Enumerable.Range(0, split.Count).Where(i => i % step == 0)];
        var (places, share) = FeatureMap.Compute(
            FeatureSplits.Project(
                split with
                {
                    Indices = [.. mapped.Select(i => split.Indices[i])],
                    Labels = [.. mapped.Select(i => split.Labels[i])],
                },
                workers
            )
        );
        var images = splits.ImagesOf(split);
        var thumbnails = new ImageThumbnails(HoverSide, request.Limits);
        var hoverImages = new string?[mapped.Length];
        var hovered = Math.Max(1, (mapped.Length + HoveredPhotos - 1) / HoveredPhotos);
        workers.Run(mapped.Length, (i, _) =>
            hoverImages[i] =
                i % hovered == 0 && File.Exists(images[mapped[i]].Path)
                    ? thumbnails.OfFile(images[mapped[i]].Path)?.DataUri
                    : null
        );
        var points = mapped.Select(
            (image, i) =>
                new ChartPoint(
                    Math.Round(places[i].X, 1),
                    Math.Round(places[i].Y, 1),
                    classNames[shown.Predictions[image].Label],
                    Name(shown.Predictions[image]),
                    hoverImages[i]
                )
        );
        return Html.Join(
            Html.From(
                $"<p>Photos with similar features lie close together. The two axes show {Percent(share)} of the "
                    + $"variance, so photos that seem close may differ in other directions. Point at a photo to see "
                    + $"it.</p>"
            ),
            PointChart.Create("The images by their features", points).ToHtml()
        );

        string Name(ImagePrediction prediction) =>
            prediction.Called == prediction.Label
                ? prediction.Name
                : $"{prediction.Name}, predicted as {classNames[prediction.Called]}";
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Range(ConfidenceInterval interval) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * interval.Low:0.0} to {100 * interval.High:0.0} %");
}
