using Graft.Training.Planning;
using Graft.Training.Runs;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>What <c>graft plan</c> tells a person.</summary>
internal static class PlanningRendering
{
    /// <summary>Prints a plan.</summary>
    public static void Print(Terminal terminal, PlanningReport report)
    {
        var output = terminal.Output;
        var facts = new FactList(output);
        facts.Add(
            "Images",
            $"{Format.Count(report.TrainImages)} to learn from, {Format.Count(report.ValidationImages)} to "
                + $"validate, {Format.Count(report.TestImages)} to test; {Format.Count(report.Classes)} classes"
        );
        facts.Add("Probe", $"{Format.Seconds(report.ProbeSeconds)} on {Format.Count(report.Threads, "thread")}");
        facts.Print();
        terminal.Result.Write(Routes(report));
        output.WriteLine(
            "Time is that of the whole training from now on; disk is what features and run folder grow to."
        );
        output.WriteLine(
            "Accuracy is that of a head on cached features of the photos tried, each called by one that had not "
                + "seen it, with its 95 % interval. More photos"
        );
        output.WriteLine(
            "usually give a little more, and so do the other methods: what they gained on two collections is in "
                + "docs/accuracy.md."
        );
        output.WriteLine();
        var best = report.Recommended;
        if (!best.IsWithinBudget)
            output.WriteLine(
                $"Nothing ends within {Format.Seconds(report.BudgetSeconds)}; the quickest takes "
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
                ["backbone", "method", "time", "memory", "disk", "accuracy (interval)", "photos tried"]
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
