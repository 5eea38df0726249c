using System.Globalization;
using Graft.Learning.Evaluation;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft demo</c>.</summary>
internal static class DemoRendering
{
    private const int Gap = 2;

    private const int NameWidth = 36;

    /// <summary>If fewer images than this fit side by side, they are drawn at half their size.</summary>
    private const int FullSizeImages = 4;

    /// <summary>Prints the results. No line is longer than 80 characters, except with long paths.</summary>
    public static void Print(Terminal terminal, DemoReport report)
    {
        var output = terminal.Output;
        output.WriteLine(report.ExamplesTitle);
        output.WriteLine();
        if (terminal.Result.Profile.Capabilities.ColorSystem >= ColorSystem.EightBit)
            PrintImages(terminal.Result, report.Examples);
        else
            PrintTexts(output, report.Examples);
        terminal.Result.Write(Comparison(report));
        PrintNotes(output, report);
        output.WriteLine();
        output.WriteLine($"Model   {Format.Path(report.Model)}");
        output.WriteLine($"Report  {Format.Path(Path.Combine(report.Training.Run, "report.html"))}");
        output.WriteLine();
        output.WriteLine("Next, with your own photos in one folder per class:");
        output.WriteLine($"  graft train PHOTOS --backbone {report.Training.Backbone.Name}");
        output.WriteLine($"  graft predict {Format.Typed(report.Model)} PHOTO...");
    }

    private static void PrintNotes(TextWriter output, DemoReport report)
    {
        output.WriteLine(
            $"""
            Both methods trained the same linear head on the same {Format.Count(report.TrainImages)} photos: on features
            computed once, and through the frozen backbone with new augmentation in every
            epoch. The accuracies were measured on {Format.Count(report.TestImages)} test photos, which decided
            nothing; the 95 % intervals say how uncertain they are.
            """
        );
        if (report.Tutorial is not null)
            output.WriteLine(
                """
                The tutorial is the well-known Keras tutorial on bottleneck features; its
                figures are as published, the interval is computed from them.
                """
            );
        if (report.FeaturesReused > 0)
            output.WriteLine(
                $"""
                {Format.Count(
                    report.FeaturesReused
                )} of the features were computed by an earlier run and only read in this
                one; 'graft features prune --all' removes them.
                """
            );
    }

    private static Table Comparison(DemoReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        var (frozen, tutorial) = (report.Frozen, report.Tutorial);
        table.AddColumn(new TableColumn(new Text("")).NoWrap());
        foreach (
            var name in (string[])
                ["cached features", "frozen weights", .. tutorial is null ? [] : (string[])["tutorial"]]
        )
            table.AddColumn(new TableColumn(new Text(name)).NoWrap());
        Row(
            "test accuracy",
            Format.Percent(report.TestAccuracy),
            Format.Percent(frozen.TestAccuracy),
            Format.Percent(tutorial?.TestAccuracy ?? 0)
        );
        Row(
            "95 % interval",
            Interval(report.TestAccuracyInterval),
            Interval(frozen.TestAccuracyInterval),
            Interval(tutorial?.TestAccuracyInterval ?? default)
        );
        Row(
            "measured on",
            Format.Count(report.TestImages, "photo"),
            Format.Count(frozen.Training.TestImages, "photo"),
            Format.Count(tutorial?.TestImages ?? 0, "photo")
        );
        Row("trained on", Format.Count(report.TrainImages, "photo"), Format.Count(frozen.TrainImages, "photo"), "");
        Row(
            "time on a CPU",
            Format.Seconds(report.Seconds),
            Format.Seconds(frozen.Seconds),
            Format.Seconds(tutorial?.Seconds ?? 0)
        );
        Row("  features", Format.Seconds(report.FeatureSeconds), "in every epoch", "");
        if (report.Training.NetworkSeconds > 0)
        {
            Row("    network", Format.Seconds(report.Training.NetworkSeconds), "", "");
            Row("    decoding", $"{Format.Seconds(report.Training.DecodeSeconds)} in parallel", "", "");
        }

        Row("  head", Format.Seconds(report.HeadSeconds), Format.Count(frozen.Epochs, "epoch"), "");
        return table;

        void Row(params string[] cells) => table.AddRow(cells.Take(table.Columns.Count).Select(cell => new Text(cell)));
    }

    private static string Interval(ConfidenceInterval interval) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * interval.Low:0.0} to {100 * interval.High:0.0} %");

    private static void PrintTexts(TextWriter output, IReadOnlyList<DemoExample> examples)
    {
        foreach (var example in examples)
        {
            var judgement = example.Prediction == example.Label ? "right" : "wrong";
            output.WriteLine(
                $"  {Shortened(example.Name), -NameWidth} {example.Prediction, -10} "
                    + $"{Format.Percent(example.Probability), 7}  {judgement}"
            );
        }
    }

    private static void PrintImages(IAnsiConsole console, IReadOnlyList<DemoExample> examples)
    {
        var width = console.Profile.Width - 1;
        var side = width >= FullSizeImages * (DemoExample.Side + Gap) ? DemoExample.Side : DemoExample.Side / 2;
        foreach (var row in examples.Chunk(Math.Max(1, width / (side + Gap))))
        {
            foreach (var line in Enumerable.Range(0, side / 2))
            {
                foreach (var example in row)
                {
                    Thumbnail.WriteLine(console, example.Pixels, DemoExample.Side, side, line);
                    console.Write(new string(' ', Gap));
                }

                console.WriteLine();
            }

            foreach (var example in row)
                console.Write(
                    new Text(Cell(Prediction(example)), example.Prediction == example.Label ? Color.Green : Color.Red)
                );
            console.WriteLine();
            foreach (var example in row)
                console.Write(
                    new Text(
                        Cell(example.Prediction == example.Label ? "" : $"is: {example.Label}"),
                        new Style(decoration: Decoration.Dim)
                    )
                );
            console.WriteLine();
        }

        string Cell(string text) => text.PadRight(side + Gap);
    }

    private static string Shortened(string name) => name.Length <= NameWidth ? name : $"{name[..(NameWidth - 1)]}…";

    private static string Prediction(DemoExample example) =>
        string.Create(CultureInfo.InvariantCulture, $"{example.Prediction} {100 * example.Probability:0} %");
}
