using System.Globalization;
using Graft.Classification.Confidence;
using Graft.Learning.Evaluation;
using Graft.Training.Measurement;
using Graft.Training.Runs;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft train</c>.</summary>
internal static class TrainingRendering
{
    private const int ListedClasses = 8;

    /// <summary>With this many classes or fewer, top-5 accuracy is always 1.</summary>
    private const int TopClasses = 5;

    /// <summary>Writes warnings about the data to standard error, also with <c>--json</c>.</summary>
    public static void Warn(Terminal terminal, TrainingReport report)
    {
        if (report.ValidationImages == 0)
            terminal.Warn("there are no validation images, so there is no validation accuracy.");
        WarnOfLeaks(terminal, report);
        if (report.BadImages > 0)
            terminal.Warn(
                $"{Format.Count(report.BadImages, "image")} could not be read and "
                    + $"{(report.BadImages == 1 ? "was" : "were")} left out; "
                    + $"{Format.Path(Path.Combine(report.Run, "bad-images.csv"))} lists them."
            );
    }

    private static void WarnOfLeaks(Terminal terminal, TrainingReport report)
    {
        if (report.Leaks is not { } leaks || leaks.ValidationImages + leaks.TestImages == 0)
            return;
        string[] parts =
        [
            .. new[]
            {
                Leaked("validation", leaks.ValidationImages),
                Leaked("test", leaks.TestImages),
            }.OfType<string>(),
        ];
        terminal.Warn(
            $"{string.Join(" and ", parts)} are also among the training images, so the results are "
                + $"too optimistic; {Format.Path(Path.Combine(report.Run, "leaks.csv"))} lists them, and 'graft data "
                + "split' splits without leaks."
        );

        static string? Leaked(string split, int count) => count > 0 ? Format.Count(count, $"{split} image") : null;
    }

    private static void AddWithoutLeaks(FactList facts, string split, double? accuracy)
    {
        if (accuracy is not null)
            facts.Add("", $"accuracy {Format.Share(accuracy)} on the {split} images without the leaked ones");
    }

    /// <summary>Prints the results.</summary>
    public static void Print(Terminal terminal, TrainingReport report)
    {
        var facts = new FactList(terminal.Output);
        var classes =
            report.Classes.Count > ListedClasses
                ? string.Join(", ", report.Classes.Take(ListedClasses)) + ", ..."
                : string.Join(", ", report.Classes);
        facts.Add("Classes", $"{Format.Count(report.Classes.Count)}: {classes}");
        facts.Add("Images", Images(report));
        FeatureRendering.Add(facts, report.Backbone);
        facts.Add(
            "Features",
            $"{Format.Count(report.FeaturesComputed)} computed, {Format.Count(report.FeaturesReused)} reused, "
                + $"{Format.Seconds(report.FeatureSeconds)}"
                + $"{FeatureRendering.Parts(report.DecodeSeconds, report.NetworkSeconds)}; "
                + $"the store takes {Format.Bytes(report.FeatureStoreBytes)}"
        );
        if (report.FeatureRoundingError is { } error)
            facts.Add("Float16 features", Rounding(error, report));
        facts.Add("Method", Method(report));
        facts.Add("Head", Head(report));
        // The most reliable figures come first.
        if (report.TestAccuracy is { } test)
            AddSplit(
                facts,
                "Test",
                test,
                report.TestAccuracyInterval,
                report.TestTop5,
                report.TestLoss,
                report.TestCalibrationError,
                report.TestLimits,
                report.Classes.Count
            );
        AddWithoutLeaks(facts, "test", report.Leaks?.TestAccuracyWithout);
        if (report.ValidationAccuracy is { } validation)
            AddSplit(
                facts,
                "Validation",
                validation,
                report.ValidationAccuracyInterval,
                report.ValidationTop5,
                report.ValidationLoss,
                report.ValidationCalibrationError,
                report.ValidationLimits,
                report.Classes.Count
            );
        AddWithoutLeaks(facts, "validation", report.Leaks?.ValidationAccuracyWithout);
        if (report.ValidationDecidedStopping)
            facts.Add(
                "",
                "The validation images also decided when training stopped, so these figures are slightly optimistic; "
                    + (
                        report.TestAccuracy is null
                            ? "use a test split for unbiased figures."
                            : "those of the test images are not."
                    )
            );
        facts.Add("Training", $"accuracy {Format.Share(report.TrainAccuracy)}, loss {Format.Share(report.TrainLoss)}");
        if (Calibration(report) is { } calibration)
            facts.Add("Calibration", calibration);
        facts.Add("Time", Format.Seconds(report.TotalSeconds));
        facts.Add("Run", Format.Path(report.Run));
        facts.Add("Model", Format.Path(report.Model));
        facts.Add("Report", Format.Path(Path.Combine(report.Run, "report.html")));
        facts.Print();
        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"Next: graft predict {Format.Typed(report.Model)} PHOTO...");
    }

    private static void AddSplit(
        FactList facts,
        string name,
        double accuracy,
        ConfidenceInterval? interval,
        double? top5,
        double? loss,
        double? calibrationError,
        LimitsReport? limits,
        int classes
    )
    {
        var text = $"accuracy {Format.Share(accuracy)}{Format.Interval(interval)}";
        if (classes > TopClasses)
            text += $", top-5 {Format.Share(top5)}";
        facts.Add(name, $"{text}, loss {Format.Share(loss)}, calibration error {Format.Share(calibrationError)}");
        if (Limits(limits) is { } kept)
            facts.Add("", kept);
    }

    /// <summary>
    /// Formats the measured rate of unknown images and coverage beside those that the model states; null if the model
    /// states neither.
    /// </summary>
    public static string? Limits(LimitsReport? limits)
    {
        var parts = new List<string>();
        if (limits?.UnknownRate is { } unknown)
            parts.Add(
                $"{Format.Percent(unknown)} called unknown ({Format.Percent(limits.StatedUnknownRate!.Value)} stated)"
            );
        if (limits?.Coverage is { } coverage)
            parts.Add(
                $"sets of {limits.MeanSetSize!.Value.ToString("0.00", CultureInfo.InvariantCulture)} classes cover "
                    + $"{Format.Percent(coverage)} ({Format.Percent(limits.StatedCoverage!.Value)} stated)"
            );
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string? Calibration(TrainingReport report) =>
        (report.Temperature, report.HoldOut) switch
        {
            (null, _) => null,
            ({ } temperature, HoldOut.OutOfFold) =>
                $"temperature {Format.Number(temperature)}; {Format.Count(report.HeldOutImages, "training image")} "
                    + "predicted out of fold, the classifier trained on all",
            ({ } temperature, HoldOut.Refit) =>
                $"temperature {Format.Number(temperature)}; {Format.Count(report.HeldOutImages, "training image")} "
                    + "in a calibration split, then trained again on all",
            ({ } temperature, _) =>
                $"temperature {Format.Number(temperature)}; {Format.Count(report.HeldOutImages, "training image")} "
                    + "in a calibration split, not trained on",
        };

    private static string Images(TrainingReport report)
    {
        var text = $"{Format.Count(report.TrainImages)} training, {Format.Count(report.ValidationImages)} validation";
        if (report.TestImages > 0)
            text += $", {Format.Count(report.TestImages)} test";
        return report.BadImages > 0 ? $"{text}, {Format.Count(report.BadImages)} bad (left out)" : text;
    }

    private static string Method(TrainingReport report)
    {
        var text = report switch
        {
            { Unfrozen: "all" } => "fine-tuned as a whole",
            { Unfrozen: { } first } => $"fine-tuned from {first} on",
            { Method: TrainingMethod.Frozen } => "frozen backbone, new augmentation in every epoch",
            _ => "features computed once",
        };
        return $"{text}; {Format.Count(report.TrainableParameters, "trainable parameter")}, augmentation "
            + $"{report.Augmentation}";
    }

    private static string Head(TrainingReport report)
    {
        var time = Format.Seconds(report.TrainSeconds);
        return report.L2 is { } l2
            ? $"{report.Head}, L2 {Format.Number(l2)}, {Format.Count(report.Epochs, "iteration")}, {time}"
            : $"{report.Head}, {Format.Count(report.Epochs, "epoch")}, "
                + $"{time}{(report.StopReason is { } reason ? $"; stopped: {reason}" : "")}";
    }

    private static string Rounding(double error, TrainingReport report)
    {
        var text = $"relative rounding error {Format.Number(error)}";
        if (report.PredictionsChangedByRounding is not { } changed)
            return text;
        return $"{text}; {Format.Count(changed, "validation image")} predicted differently than with "
            + $"float32 (validation accuracy {Format.Share(report.ValidationAccuracyWithoutRounding)})";
    }
}
