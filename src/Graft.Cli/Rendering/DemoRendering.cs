using System.Globalization;
using Graft.Data;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft demo</c>.</summary>
internal static class DemoRendering
{
    private const int Gap = 2;

    /// <summary>If fewer images than this fit side by side, they are drawn at half their size.</summary>
    private const int FullSizeImages = 4;

    /// <summary>Prints the results.</summary>
    public static void Print(Terminal terminal, DemoReport report)
    {
        var output = terminal.Output;
        output.WriteLine("The first test photos and their predicted classes:");
        output.WriteLine();
        if (terminal.Result.Profile.Capabilities.ColorSystem >= ColorSystem.EightBit)
            PrintImages(terminal.Result, report.Examples);
        else
            PrintTexts(output, report.Examples);
        terminal.Result.Write(Comparison(report));
        output.WriteLine(
            "Both methods train the same linear head: on features computed once, and through the frozen "
                + "backbone with new augmentation in every epoch."
        );
        output.WriteLine(
            "The tutorial is the well-known Keras tutorial on bottleneck features; its figures are as " + "published."
        );
        if (report.FeaturesReused > 0)
            output.WriteLine(
                $"{Format.Count(report.FeaturesReused)} of the features were computed by an earlier run and "
                    + $"only read in this one; 'graft features prune --all' removes them."
            );
        output.WriteLine();
        output.WriteLine($"Model  {Format.Path(report.Model)}");
        output.WriteLine();
        output.WriteLine("Next, with your own photos in one folder per class:");
        output.WriteLine("  graft train PHOTOS");
        output.WriteLine($"  graft predict {Format.Typed(report.Model)} PHOTO...");
    }

    private static Table Comparison(DemoReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn(new Text("")).NoWrap());
        foreach (var name in (string[])["cached features", "frozen weights", "tutorial"])
            table.AddColumn(new TableColumn(new Text(name)).NoWrap());
        Row(
            "test accuracy",
            Format.Percent(report.TestAccuracy),
            Format.Percent(report.Frozen.TestAccuracy),
            (100 * report.Tutorial.TestAccuracy).ToString("0", CultureInfo.InvariantCulture) + " %"
        );
        Row(
            "measured on",
            Format.Count(report.TestImages, "test image"),
            Format.Count(report.Frozen.Training.TestImages, "test image"),
            Format.Count(report.Tutorial.TestImages, "test image")
        );
        Row(
            "trained on",
            Format.Count(report.TrainImages, "image"),
            Format.Count(report.Frozen.Training.TrainImages, "image"),
            ""
        );
        Row(
            "time on a CPU",
            Format.Seconds(report.Seconds),
            Format.Seconds(report.Frozen.Seconds),
            Format.Seconds(report.Tutorial.Seconds)
        );
        Row(
            "  features",
            $"{Format.Seconds(report.FeatureSeconds)}, "
                + $"{Format.Count(report.FeaturesComputed + report.FeaturesReused, "image")}",
            "in every epoch",
            ""
        );
        if (report.Training.NetworkSeconds > 0)
            Row(
                "    network, decoding",
                $"{Format.Seconds(report.Training.NetworkSeconds)}, {Format.Seconds(report.Training.DecodeSeconds)} "
                    + $"in parallel",
                "",
                ""
            );
        Row("  head", Format.Seconds(report.HeadSeconds), Format.Count(report.Frozen.Epochs, "epoch"), "");
        return table;

        void Row(params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));
    }

    private static void PrintTexts(TextWriter output, IReadOnlyList<DemoExample> examples)
    {
        foreach (var example in examples)
        {
            var judgement = example.Prediction == example.Label ? "right" : "wrong";
            output.WriteLine(
                $"  {example.Name, -24} {example.Prediction, -10} {Format.Percent(example.Probability), 7}  {judgement}"
            );
        }
    }

    private static void PrintImages(IAnsiConsole console, IReadOnlyList<DemoExample> examples)
    {
        var width = console.Profile.Width - 1;
        var side = width >= FullSizeImages * (Cifar10.Side + Gap) ? Cifar10.Side : Cifar10.Side / 2;
        foreach (var row in examples.Chunk(Math.Max(1, width / (side + Gap))))
        {
            foreach (var line in Enumerable.Range(0, side / 2))
            {
                foreach (var example in row)
                {
                    Thumbnail.WriteLine(console, example.Pixels, Cifar10.Side, side, line);
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

    private static string Prediction(DemoExample example) =>
        string.Create(CultureInfo.InvariantCulture, $"{example.Prediction} {100 * example.Probability:0} %");
}
