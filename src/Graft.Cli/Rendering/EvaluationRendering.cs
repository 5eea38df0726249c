using Graft.Training.Runs;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft evaluate</c>.</summary>
internal static class EvaluationRendering
{
    /// <summary>
    /// The most classes for which the confusion matrix is printed. A larger matrix is too wide to read; the most
    /// confused pairs are listed instead.
    /// </summary>
    private const int MatrixClasses = 12;

    private const int HeadingWidth = 10;

    private const int ListedPairs = 10;

    /// <summary>Prints the results.</summary>
    public static void Print(Terminal terminal, EvaluationReport report)
    {
        var output = terminal.Output;
        var facts = new FactList(output);
        facts.Add(
            "Images",
            Format.Count(report.Images)
                + (report.Split is null ? "" : $" of split '{report.Split}'")
                + (report.BadImages.Count > 0 ? $", {Format.Count(report.BadImages.Count)} bad (left out)" : "")
        );
        if (report.TestTimeViews > 1)
            facts.Add("Views", $"{Format.Count(report.TestTimeViews)} of each image, averaged");
        facts.Add("Accuracy", Format.Share(report.Accuracy) + Format.Interval(report.Intervals.Accuracy));
        facts.Add(
            "Balanced",
            Format.Share(report.BalancedAccuracy) + Format.Interval(report.Intervals.BalancedAccuracy)
        );
        facts.Add("Top-5", Format.Share(report.Top5) + Format.Interval(report.Intervals.Top5));
        facts.Add("Macro F1", Format.Share(report.MacroF1) + Format.Interval(report.Intervals.MacroF1));
        facts.Add("Loss", Format.Share(report.Loss) + Format.Interval(report.Intervals.Loss));
        facts.Add(
            "Calibration",
            $"error {Format.Share(report.Calibration.ExpectedError)}{Format.Interval(report.Calibration.Interval)}"
        );
        if (TrainingRendering.Limits(report.Limits) is { } limits)
            facts.Add("Limits", limits);
        facts.Add(
            "Features",
            $"{Format.Count(report.FeaturesComputed)} computed, {Format.Count(report.FeaturesReused)} reused"
        );
        facts.Add("Time", Format.Seconds(report.Seconds));
        facts.Print();
        output.WriteLine("In parentheses: 95 % confidence intervals.");
        terminal.Result.Write(PerClass(report));
        if (report.Classes.Count <= MatrixClasses)
        {
            output.WriteLine("Confusion matrix: rows are the true classes, columns the predicted classes.");
            terminal.Result.Write(Matrix(report));
        }
        else
        {
            PrintPairs(output, report);
        }
    }

    private static Table PerClass(EvaluationReport report)
    {
        var table = Plain();
        table.AddColumn(new TableColumn(new Text("class")).NoWrap());
        foreach (var heading in new[] { "precision", "recall", "f1", "images" })
            table.AddColumn(new TableColumn(new Text(heading)).NoWrap().RightAligned());
        foreach (var item in report.PerClass)
        {
            // Without images of a class, its recall and F1 are undefined.
            var recall = item.Support > 0 ? Format.Share(item.Recall) : "-";
            var f1 = item.Support > 0 ? Format.Share(item.F1) : "-";
            table.AddRow(
                new Text(item.Label),
                new Text(Format.Share(item.Precision)),
                new Text(recall),
                new Text(f1),
                new Text(Format.Count(item.Support))
            );
        }

        return table;
    }

    private static Table Matrix(EvaluationReport report)
    {
        var table = Plain();
        table.AddColumn(new TableColumn(new Text("")).NoWrap());
        foreach (var name in report.Classes)
            table.AddColumn(
                new TableColumn(new Text(name.Length <= HeadingWidth ? name : name[..(HeadingWidth - 1)] + "."))
                    .NoWrap()
                    .RightAligned()
            );
        for (var truth = 0; truth < report.Classes.Count; truth++)
        {
            var right = truth;
            table.AddRow([
                new Text(report.Classes[truth]),
                .. report
                    .Confusion[truth]
                    .Select(
                        (count, called) =>
                            new Text(
                                Format.Count(count),
                                called == right ? new Style(decoration: Decoration.Bold) : null
                            )
                    ),
            ]);
        }

        return table;
    }

    private static void PrintPairs(TextWriter output, EvaluationReport report)
    {
        if (report.ConfusedPairs.Count == 0)
            return;
        output.WriteLine("Most confused classes (--json prints the whole matrix):");
        foreach (var pair in report.ConfusedPairs.Take(ListedPairs))
            output.WriteLine($"  {Format.Count(pair.Images)} x {pair.Truth}, predicted as {pair.Called}");
    }

    private static Table Plain() => new Table().Border(TableBorder.Simple);
}
