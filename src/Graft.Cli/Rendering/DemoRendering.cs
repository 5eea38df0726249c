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
            report.Frozen is null
                ? $"""
                A linear head was trained on {Format.Count(
                    report.TrainImages
                )} photos, whose features were computed once.
                The accuracy was measured on {Format.Count(report.TestImages)} test photos, which decided nothing; the
                95 % interval says how uncertain it is.
                """
                : $"""
                Both methods trained the same linear head on the same {Format.Count(
                    report.TrainImages
                )} photos: on features
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
        table.AddColumn(new TableColumn(new Text("")).NoWrap());
        table.AddColumn(new TableColumn(new Text("cached features")).NoWrap());
        if (report.Frozen is not null)
            table.AddColumn(new TableColumn(new Text("frozen weights")).NoWrap());
        if (report.Tutorial is not null)
            table.AddColumn(new TableColumn(new Text("tutorial")).NoWrap());
        Row(
            "test accuracy",
            Format.Percent(report.TestAccuracy),
            frozen => Format.Percent(frozen.TestAccuracy),
            tutorial => Format.Percent(tutorial.TestAccuracy)
        );
        Row(
            "95 % interval",
            Interval(report.TestAccuracyInterval),
            frozen => Interval(frozen.TestAccuracyInterval),
            tutorial => Interval(tutorial.TestAccuracyInterval)
        );
        Row(
            "measured on",
            Format.Count(report.TestImages, "photo"),
            frozen => Format.Count(frozen.Training.TestImages, "photo"),
            tutorial => Format.Count(tutorial.TestImages, "photo")
        );
        Row("trained on", Format.Count(report.TrainImages, "photo"), frozen =>
            Format.Count(frozen.TrainImages, "photo")
        );
        Row(
            "time on a CPU",
            Format.Seconds(report.Seconds),
            frozen => Format.Seconds(frozen.Seconds),
            tutorial => Format.Seconds(tutorial.Seconds)
        );
        Row("  features", Format.Seconds(report.FeatureSeconds), _ => "in every epoch");
        if (report.Training.NetworkSeconds > 0)
        {
            Row("    network", Format.Seconds(report.Training.NetworkSeconds));
            Row("    decoding", $"{Format.Seconds(report.Training.DecodeSeconds)} in parallel");
        }

        Row("  head", Format.Seconds(report.HeadSeconds), frozen => Format.Count(frozen.Epochs, "epoch"));
        return table;

        void Row(
            string name,
            string cached,
            Func<FrozenRoute, string>? frozen = null,
            Func<TutorialFigures, string>? tutorial = null
        )
        {
            var cells = new List<string> { name, cached };
            if (report.Frozen is not null)
                cells.Add(frozen?.Invoke(report.Frozen) ?? "");
            if (report.Tutorial is not null)
                cells.Add(tutorial?.Invoke(report.Tutorial) ?? "");
            table.AddRow(cells.Select(cell => new Text(cell)));
        }
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
