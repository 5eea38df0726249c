using Graft.Training.Planning;
using Graft.Training.Runs;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft plan</c>.</summary>
internal static class PlanningRendering
{
    /// <summary>Prints a plan.</summary>
    public static void Print(Terminal terminal, PlanningReport report)
    {
        var output = terminal.Output;
        var facts = new FactList(output);
        facts.Add(
            "Images",
            $"{Format.Count(report.TrainImages)} training, {Format.Count(report.ValidationImages)} "
                + $"validation, {Format.Count(report.TestImages)} test; {Format.Count(report.Classes)} classes"
        );
        facts.Add("Probe", $"{Format.Seconds(report.ProbeSeconds)} on {Format.Count(report.Threads, "thread")}");
        facts.Print();
        terminal.Result.Write(Routes(report));
        output.WriteLine("Time: the whole training run from now on. Disk: features and run folder.");
        output.WriteLine(
            "Accuracy: out-of-fold accuracy of a head on the features of a sample of the images, with "
                + "its 95 % interval. Training on"
        );
        output.WriteLine(
            "all images and the other methods usually do a little better; docs/accuracy.md shows by how "
                + "much on two datasets."
        );
        output.WriteLine();
        var best = report.Recommended;
        if (!best.IsWithinBudget)
            output.WriteLine(
                $"No method finishes within {Format.Seconds(report.BudgetSeconds)}; the fastest takes "
                    + $"{Format.Seconds(best.Seconds)}."
            );
        output.WriteLine(
            $"Recommended within {Format.Seconds(report.BudgetSeconds)}: graft train {Format.Typed(report.Data)} "
                + $"--backbone {Format.Typed(best.Backbone)} --method {Name(best.Method)}"
        );
    }

    private static Table Routes(PlanningReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (
            var name in (string[])
                ["backbone", "method", "time", "memory", "disk", "accuracy (interval)", "images sampled"]
        )
            table.AddColumn(new TableColumn(new Text(name)).NoWrap());
        foreach (var route in report.Routes)
        {
            string[] cells =
            [
                route.Backbone,
                Name(route.Method),
                Format.Seconds(route.Seconds) + (route.IsWithinBudget ? "" : ", too long"),
                Format.Bytes(route.MemoryBytes),
                Format.Bytes(route.DiskBytes),
                route.Expected is { } expected
                    ? $"{Format.Share(expected.Accuracy)}{Format.Interval(expected.Interval)}"
                    : "-",
                route.Expected is { } tried ? Format.Count(tried.Images) : "-",
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        return table;
    }

    private static string Name(TrainingMethod method) => method.ToString().ToLowerInvariant();
}
