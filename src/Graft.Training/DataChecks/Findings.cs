using System.Globalization;
using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>Describes what stands out in a report, one sentence or two for each finding.</summary>
internal static class Findings
{
    /// <summary>A class with fewer training images cannot be learned.</summary>
    private const int LeastToLearn = 5;

    /// <summary>A class with fewer training images benefits most from more.</summary>
    private const int FewToLearn = 20;

    /// <summary>
    /// With fewer images, the metrics of a class say next to nothing: one more error changes them by a tenth.
    /// </summary>
    private const int LeastToMeasure = 10;

    private const double Imbalance = 10;

    /// <summary>Collects the findings; those that must be fixed come first.</summary>
    public static IReadOnlyList<Finding> From(DataCheckReport report)
    {
        var findings = new List<Finding>();
        Add(
            FindingSeverity.Mend,
            "leaks",
            report.Leaks.Count(leak => leak.Kind != PairKind.Similar),
            "pair{s} of the same image in two splits: metrics on these photos are too optimistic. Remove one of "
                + "each, or divide the dataset again with 'graft data split'."
        );
        Add(
            FindingSeverity.Mend,
            "contradictions",
            report.Contradictions.Count,
            "pair{s} of the same image in two classes: one of the labels is wrong. Remove the wrong one."
        );
        Add(
            FindingSeverity.Mend,
            "unreadable",
            report.BadImages.Count,
            "file{s} cannot be read as an image and will be left out. Replace or remove them (--quarantine DIR "
                + "moves them away)."
        );
        AddClasses(report, Add);
        Add(
            FindingSeverity.Look,
            "leaks-similar",
            report.Leaks.Count(leak => leak.Kind == PairKind.Similar),
            "pair{s} of very similar photos in two splits: perhaps shots of the same scene. Look at them."
        );
        Add(
            FindingSeverity.Look,
            "labels",
            report.SuspectedLabels?.Count ?? 0,
            "label{s} that a model trained without the photo finds unlikely. Look at the first ones."
        );
        Add(
            FindingSeverity.Look,
            "copies",
            report.Duplicates.Count(pair => pair.Kind == PairKind.Exact),
            "exact cop{y} of another file (--quarantine DIR moves them away)."
        );
        Add(
            FindingSeverity.Look,
            "near-duplicates",
            report.Duplicates.Count(pair => pair.Kind is not (PairKind.Exact or PairKind.Similar)),
            "pair{s} of the same image, re-encoded, resized or flipped."
        );
        foreach (var group in report.SuspiciousImages.GroupBy(defect => defect.Kind))
            Add(FindingSeverity.Look, group.Key, group.Count(), $"photo{{s}}: {group.Key}.");
        Add(
            FindingSeverity.Look,
            "stray",
            report.StrayFiles.Count,
            "file{s} beside the class folders, in no class: not used."
        );
        return findings;

        void Add(FindingSeverity severity, string kind, int count, string text)
        {
            var worded = text.Replace("{s}", count == 1 ? "" : "s", StringComparison.Ordinal)
                .Replace("{y}", count == 1 ? "y" : "ies", StringComparison.Ordinal)
                .Replace("{es}", count == 1 ? "" : "es", StringComparison.Ordinal);
            if (count > 0)
                findings.Add(
                    new(severity, kind, count, $"{count.ToString("N0", CultureInfo.InvariantCulture)} {worded}")
                );
        }
    }

    private static void AddClasses(DataCheckReport report, Action<FindingSeverity, string, int, string> add)
    {
        var training = report.Splits.ContainsKey(SplitNames.Training) ? SplitNames.Training : CheckedImages.Undivided;
        var sizes = report.Classes.Select(item => item.Images.GetValueOrDefault(training)).ToArray();
        add(
            FindingSeverity.Mend,
            "classes-too-small",
            sizes.Count(size => size < LeastToLearn),
            $"class{{es}} with fewer than {LeastToLearn} training images: too few to learn from. Add images, or leave "
                + $"the class out."
        );
        add(
            FindingSeverity.Look,
            "classes-small",
            sizes.Count(size => size is >= LeastToLearn and < FewToLearn),
            $"class{{es}} with fewer than {FewToLearn} training images: more would help most there."
        );
        if (sizes.Min() > 0 && sizes.Max() > Imbalance * sizes.Min())
            add(
                FindingSeverity.Look,
                "imbalance",
                1,
                $"class imbalance: the largest class has {sizes.Max() / sizes.Min()} times as many training images "
                    + $"as the smallest."
            );
        foreach (var split in report.Splits.Keys.Where(name => name != training))
        {
            var few = report.Classes.Count(item => item.Images.GetValueOrDefault(split) < LeastToMeasure);
            add(
                FindingSeverity.Look,
                $"{split}-small",
                few,
                $"class{{es}} with fewer than {LeastToMeasure} {split} images: too few to measure that class."
            );
        }
    }
}
