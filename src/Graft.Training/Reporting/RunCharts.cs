using System.Globalization;
using Graft.Reports;
using Graft.Training.Measurement;
using Graft.Training.Runs;

namespace Graft.Training.Reporting;

/// <summary>The charts and tables of a run.</summary>
internal static class RunCharts
{
    /// <summary>
    /// The largest number of classes in a matrix or a chart. With more classes, only the most frequent confusions and
    /// the worst classes are shown.
    /// </summary>
    private const int ChartedClasses = 40;

    private static readonly string[] ClassFigures =
    [
        "accuracy",
        "95 % interval",
        "precision",
        "F1",
        "images",
        "training images",
    ];

    private static readonly string[] BinFigures = ["images", "mean probability", "share correct"];

    /// <summary>The confusion matrix and the most frequent confusions.</summary>
    public static Html Confusion(SplitMetrics metrics, IReadOnlyList<string> classNames, string split)
    {
        var matrix =
            classNames.Count <= ChartedClasses
                ? MatrixChart
                    .Create(
                        $"Confusion matrix: {split} images by true and predicted class",
                        "true class",
                        "predicted class",
                        classNames,
                        metrics.Confusion
                    )
                    .ToHtml()
                : Html.Empty;
        if (metrics.ConfusedPairs.Count == 0)
            return Html.Join(matrix, Html.From($"<p>No image was misclassified.</p>"));
        return Html.Join(
            matrix,
            Html.From($"<h3>Most frequent confusions</h3>"),
            ReportTable.Create(
                [new("class"), new("predicted"), new("images", IsNumber: true), new("of the class", IsNumber: true)],
                metrics.ConfusedPairs.Select(
                    IReadOnlyList<Html> (pair) =>
                        [
                            Html.Text(pair.Truth),
                            Html.Text(pair.Called),
                            Html.From($"{pair.Images:N0}"),
                            Html.Text(Percent(pair.Share)),
                        ]
                )
            )
        );
    }

    /// <summary>The metrics of each class, also against its number of training images.</summary>
    public static Html Classes(SplitMetrics metrics)
    {
        var bars = metrics
            .PerClass.Where(item => item.Support > 0)
            .Select(item => new Bar(item.Label, Math.Round(item.Recall, 4)))
            .ToArray();
        var points = metrics
            .PerClass.Where(item => item is { Support: > 0, TrainingImages: not null })
            .Select(item => new ChartPoint(
                item.TrainingImages!.Value,
                Math.Round(item.Recall, 4),
                "classes",
                item.Label
            ))
            .ToArray();
        var table = ReportTable.Create(
            [new("class"), .. ClassFigures.Select(name => new TableColumn(name, IsNumber: true))],
            metrics.PerClass.Select(
                IReadOnlyList<Html> (item) =>
                    [
                        Html.Text(item.Label),
                        Html.Text(item.Support > 0 ? Percent(item.Recall) : "-"),
                        Html.Text(
                            item.Support > 0
                                ? string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"{100 * item.RecallInterval.Low:0.0} to {100 * item.RecallInterval.High:0.0} %"
                                )
                                : "-"
                        ),
                        Html.Text(Percent(item.Precision)),
                        Html.Text(item.Support > 0 ? Percent(item.F1) : "-"),
                        Html.From($"{item.Support:N0}"),
                        Html.Text(item.TrainingImages?.ToString("N0", CultureInfo.InvariantCulture) ?? "-"),
                    ]
            )
        );
        var isWhole = metrics.PerClass.Count <= ChartedClasses;
        var chart = isWhole
            ? BarChart.Create("Accuracy of each class", "share predicted correctly", bars)
            : BarChart.Create(
                $"The {Math.Min(bars.Length, ChartedClasses)} classes with the lowest accuracy",
                "share predicted correctly",
                [.. bars.OrderBy(bar => bar.Value).Take(ChartedClasses)]
            );
        return Html.Join(
            (chart with { Table = Html.Empty }).ToHtml(),
            // With equally many images of each class there is nothing to see.
            points.DistinctBy(point => point.X).Count() < 2
                ? Html.Empty
                : PointChart
                    .Create(
                        "Accuracy of each class against its number of training images",
                        points,
                        new()
                        {
                            XTitle = "training images",
                            YTitle = "accuracy",
                            Height = 260,
                        }
                    )
                    .ToHtml(),
            isWhole
                ? table
                : Html.From($"<details><summary>All {metrics.PerClass.Count:N0} classes</summary>{table}</details>")
        );
    }

    /// <summary>The reliability diagram: accuracy against confidence.</summary>
    public static Html Calibration(SplitMetrics metrics, double? temperature)
    {
        var calibration = metrics.Calibration;
        var filled = calibration.Bins.Where(bin => bin.Images > 0).ToArray();
        var line = new ChartLine(
            "images",
            [.. filled.Select(bin => (Math.Round(bin.Confidence, 4), Math.Round(bin.Accuracy, 4)))]
        )
        {
            Weights = [.. filled.Select(bin => bin.Images)],
        };
        var chart = LineChart.Create(
            "Share of correct predictions by predicted probability",
            [line],
            new()
            {
                XTitle = "probability",
                YTitle = "share correct",
                Shares = true,
            }
        );
        var text =
            temperature is { } divisor
            && calibration is { LossWithoutTemperature: { } loss, ExpectedErrorWithoutTemperature: { } error }
                ? Html.From(
                    $"<p>On the dashed line, probabilities are perfectly calibrated. A larger mark stands for more "
                        + $"images. Logits are divided by a temperature of {divisor:0.00}; without it the calibration "
                        + $"error would be {Percent(error)} instead of {Percent(calibration.ExpectedError)}, and the "
                        + $"cross-entropy {loss:0.000} instead of {metrics.Loss:0.000}.</p>"
                )
                : Html.From(
                    $"<p>On the dashed line, probabilities are perfectly calibrated. A larger mark stands for more "
                        + $"images. No temperature was set.</p>"
                );
        var counts = ReportTable.Create(
            [new("probability"), .. BinFigures.Select(name => new TableColumn(name, IsNumber: true))],
            filled.Select(
                IReadOnlyList<Html> (bin) =>
                    [
                        Html.From($"{bin.Low:0.00} to {bin.High:0.00}"),
                        Html.From($"{bin.Images:N0}"),
                        Html.From($"{bin.Confidence:0.000}"),
                        Html.From($"{bin.Accuracy:0.000}"),
                    ]
            )
        );
        return Html.Join(text, (chart with { Table = counts }).ToHtml());
    }

    /// <summary>The loss and accuracy by epoch, or the search for the penalty.</summary>
    public static Html Learning(FittedModel model)
    {
        if (model.History.Count > 0)
        {
            var loss = new List<ChartLine>
            {
                new("training", [.. model.History.Select(epoch => ((double)epoch.Epoch, epoch.Loss))]),
            };
            var accuracy = new List<ChartLine>
            {
                new("training", [.. model.History.Select(epoch => ((double)epoch.Epoch, epoch.Accuracy))]),
            };
            if (model.History.Any(epoch => epoch.ValidationLoss is not null))
            {
                loss.Add(
                    new(
                        "validation",
                        [
                            .. model
                                .History.Where(epoch => epoch.ValidationLoss is not null)
                                .Select(epoch => ((double)epoch.Epoch, epoch.ValidationLoss!.Value)),
                        ]
                    )
                );
                accuracy.Add(
                    new(
                        "validation",
                        [
                            .. model
                                .History.Where(epoch => epoch.ValidationAccuracy is not null)
                                .Select(epoch => ((double)epoch.Epoch, epoch.ValidationAccuracy!.Value)),
                        ]
                    )
                );
            }

            return Html.Join(
                LineChart
                    .Create("Cross-entropy by epoch", loss, new() { XTitle = "epoch", YTitle = "cross-entropy" })
                    .ToHtml(),
                LineChart
                    .Create("Accuracy by epoch", accuracy, new() { XTitle = "epoch", YTitle = "accuracy" })
                    .ToHtml()
            );
        }

        if (model.Search.Count == 0)
            return Html.From($"<p>The head was fitted in {model.Epochs} iterations with the given penalty.</p>");
        var search = new ChartLine(
            "held-out training images",
            [.. model.Search.Select(candidate => (candidate.L2, candidate.Loss)).OrderBy(point => point.L2)]
        );
        return Html.Join(
            Html.From(
                $"<p>The head was fitted in {model.Epochs} iterations. Its penalty was chosen by cross-validation "
                    + $"on training images alone.</p>"
            ),
            LineChart
                .Create(
                    "Cross-entropy of held-out training images by penalty",
                    [search],
                    new()
                    {
                        XTitle = "L2 penalty",
                        YTitle = "cross-entropy",
                        LogarithmicX = true,
                    }
                )
                .ToHtml()
        );
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
