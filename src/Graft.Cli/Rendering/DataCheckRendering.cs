using Graft.Training.DataChecks;

namespace Graft.Cli.Rendering;

/// <summary>Prints the results of <c>graft data check</c> and <c>graft data split</c>.</summary>
internal static class DataCheckRendering
{
    private const int Listed = 10;
    private const int ListedClasses = 40;

    /// <summary>Prints the findings about a dataset.</summary>
    public static void Print(TextWriter output, DataCheckReport report)
    {
        var facts = new FactList(output);
        facts.Add(
            "Files",
            $"{Format.Count(report.Images)}: "
                + $"{string.Join(", ", report.Splits.Select(split => $"{Format.Count(split.Value)} {split.Key}"))}"
        );
        foreach (var (place, item) in report.Classes.Take(ListedClasses).Index())
        {
            var counts = item.Images.Select(split =>
                item.Images.Count == 1 ? Format.Count(split.Value) : $"{Format.Count(split.Value)} {split.Key}"
            );
            facts.Add(
                place == 0 ? "Classes" : "",
                $"{item.Name}: {string.Join(", ", counts)}; mean size {item.MeanWidth:0}x{item.MeanHeight:0}"
            );
        }

        if (report.Classes.Count > ListedClasses)
            facts.Add("", $"and {Format.Count(report.Classes.Count - ListedClasses)} more");
        facts.Add("Formats", Counts(report.Formats));
        facts.Add("Pixels", Counts(report.ColourModes));
        facts.Add(
            "Features",
            $"{Format.Count(report.FeaturesComputed)} computed, {Format.Count(report.FeaturesReused)} reused, "
                + $"{Format.Seconds(report.Seconds)} in all"
        );
        facts.Print();
        output.WriteLine();
        foreach (var finding in report.Findings)
            output.WriteLine($"{(finding.Severity == FindingSeverity.Mend ? "mend" : "look")}  {finding.Text}");
        if (report.Findings.Count == 0)
            output.WriteLine("No problems found.");
        List(output, "Leaks", report.Leaks, leak =>
            $"{string.Join(" = ", new[] { leak.Train, leak.Validation, leak.Test }.OfType<string>())}  "
            + $"({Pair(leak.Kind, leak.Distance)})"
        );
        List(output, "Contradictory labels", report.Contradictions, pair =>
            $"{pair.First} = {pair.Second}  ({Pair(pair.Kind, pair.Distance)})"
        );
        List(output, "Unreadable", report.BadImages, image => $"{image.Path}: {image.Reason}");
        List(output, "Suspected labels", report.SuspectedLabels ?? [], label =>
            $"{label.Path}: {label.Label}, perhaps {label.Suggested} (score {Format.Share(label.Score)})"
        );
        if (report.Quarantined.Count > 0)
            output.WriteLine(
                $"\n{Format.Count(report.Quarantined.Count, "file")} moved to quarantine; quarantine.csv lists their "
                    + "original paths."
            );
        if (report.Report is { } page)
            output.WriteLine($"\nReport: {Format.Path(page)}");
    }

    /// <summary>Prints the splits of a dataset.</summary>
    public static void Print(TextWriter output, DataSplitReport report)
    {
        var facts = new FactList(output);
        foreach (var (place, (name, splits)) in report.Classes.Index())
        {
            var counts = splits
                .Where(split => split.Value > 0)
                .Select(split => $"{Format.Count(split.Value)} {split.Key}");
            facts.Add(place == 0 ? "Images" : "", $"{name}: {string.Join(", ", counts)}");
        }

        facts.Add(
            "Kept together",
            $"{Format.Count(report.GroupedImages, "image")} in {Format.Count(report.Groups, "group")} of "
                + $"similar images"
        );
        facts.Add("Output", Format.Path(report.Output));
        facts.Print();
        output.WriteLine();
        output.WriteLine($"Next: graft train {Format.Typed(report.Output)}");
    }

    private static void List<T>(TextWriter output, string heading, IReadOnlyList<T> items, Func<T, string> text)
    {
        if (items.Count == 0)
            return;
        output.WriteLine($"\n{heading}:");
        foreach (var item in items.Take(Listed))
            output.WriteLine($"  {text(item)}");
        if (items.Count > Listed)
            output.WriteLine(
                $"  and {Format.Count(items.Count - Listed)} more (--json lists all, --report shows the images)"
            );
    }

    private static string Counts(IReadOnlyDictionary<string, int> counts) =>
        counts.Count == 0 ? "-" : string.Join(", ", counts.Select(item => $"{Format.Count(item.Value)} {item.Key}"));

    private static string Pair(PairKind kind, double distance) =>
        kind switch
        {
            PairKind.Exact => "the same file",
            PairKind.Similar => $"very similar, distance {Format.Number(distance)}",
            PairKind.Mirrored => $"flipped, distance {Format.Number(distance)}",
            PairKind.Reencoded => $"re-encoded, distance {Format.Number(distance)}",
            _ => $"resized, distance {Format.Number(distance)}",
        };
}
