using Graft.Classification.Confidence;
using Graft.Cli.Rendering;
using Graft.Features.Backbones;
using Graft.Learning.Evaluation;
using Graft.Training.Measurement;
using Graft.Training.Runs;
using Spectre.Console;

namespace Graft.Cli.Tests;

public sealed class RenderingTests
{
    [Fact]
    public void A_training_report_says_when_validation_decided_stopping_and_what_16_bits_cost()
    {
        var (output, _) = Printed(terminal =>
            TrainingRendering.Print(
                terminal,
                Report() with
                {
                    ValidationDecidedStopping = true,
                    FeatureRoundingError = 1.7e-4,
                    PredictionsChangedByRounding = 1,
                    ValidationAccuracyWithoutRounding = 0.91,
                    Head = "dense:64",
                }
            )
        );

        Assert.Contains("decided when training stopped", output, StringComparison.Ordinal);
        Assert.Contains("rounding error 0.00017", output, StringComparison.Ordinal);
        Assert.Contains("1 validation image predicted differently", output, StringComparison.Ordinal);
        Assert.Contains("0.9100", output, StringComparison.Ordinal);
        Assert.Contains(
            "accuracy 0.9250 (0.8800 to 0.9540), loss 0.1877, calibration error 0.0480",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("dense:64, 12 epochs", output, StringComparison.Ordinal);
        Assert.Contains("graft predict ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_split_comes_first_and_limits_are_told_beside_what_is_stated()
    {
        var (output, _) = Printed(terminal =>
            TrainingRendering.Print(
                terminal,
                Report() with
                {
                    ValidationDecidedStopping = true,
                    TestImages = 20,
                    TestAccuracy = 0.9,
                    TestAccuracyInterval = new(0.7, 0.97),
                    TestLoss = 0.2,
                    TestCalibrationError = 0.05,
                    TestLimits = new()
                    {
                        StatedUnknownRate = 0.05,
                        UnknownRate = 0.04,
                        StatedCoverage = 0.9,
                        Coverage = 0.93,
                        MeanSetSize = 1.256,
                    },
                    Temperature = 1.234,
                    HeldOutImages = 12,
                    HoldOut = HoldOut.CalibrationSplit,
                }
            )
        );

        Assert.True(
            output.IndexOf("0.9000 (0.7000 to 0.9700)", StringComparison.Ordinal)
                < output.IndexOf("0.9250", StringComparison.Ordinal),
            output
        );
        Assert.Contains(
            "4.0 % called unknown (5.0 % stated); sets of 1.26 classes cover 93.0 % (90.0 % stated)",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("those of the test images are not", output, StringComparison.Ordinal);
        Assert.Contains(
            "temperature 1.23; 12 training images in a calibration split, not trained on",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_answer_says_what_is_unknown_what_it_may_be_and_what_it_is_like()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var table = new PredictionTable(output, ["a.jpg"], ["cat", "dog"], 2);
        table.Print(
            new("a.jpg", [new("dog", 0.6f), new("cat", 0.4f)], null)
            {
                Unknown = true,
                Familiarity = 0.01,
                Set = ["dog", "cat"],
                Nearest = [new("train/dog/1.jpg", "dog", 1.014)],
                NearestOfRunnerUp = [new("train/cat/2.jpg", "cat", 1.1)],
            }
        );
        Assert.Equal(
            "a.jpg\n  unknown: unlike the training images; the likeliest classes are\n  dog       60.0 %\n  cat    "
                + "   40.0 %\n  possible classes: dog, cat\n"
                + "  most similar: train/dog/1.jpg (distance 1.01)\n"
                + "  most similar of class cat: train/cat/2.jpg (distance 1.10)\n",
            output.ToString()
        );
    }

    [Fact]
    public void Missing_validation_and_bad_images_are_warned_of_on_standard_error()
    {
        var (output, error) = Printed(terminal =>
            TrainingRendering.Warn(terminal, Report() with { ValidationImages = 0, BadImages = 3 })
        );

        Assert.Empty(output);
        Assert.Contains("no validation images", error, StringComparison.Ordinal);
        Assert.Contains("3 images could not be read and were left out", error, StringComparison.Ordinal);
        Assert.Contains("bad-images.csv", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_report_warns_of_nothing()
    {
        var (output, error) = Printed(terminal => TrainingRendering.Warn(terminal, Report()));

        Assert.Empty(output + error);
    }

    [Fact]
    public void An_evaluation_has_a_line_a_class_and_the_confusion_matrix()
    {
        var (output, _) = Printed(terminal =>
            EvaluationRendering.Print(
                terminal,
                Evaluation(
                    ["cat", "[dog]"],
                    [
                        [9, 1],
                        [2, 8],
                    ]
                )
            )
        );

        Assert.Matches(@"cat +0\.5000 +0\.5000 +0\.5000 +10", output);
        Assert.Matches(@"\n +cat +9 +1 *\n", output);
        Assert.Matches(@"\n +\[dog\] +2 +8 *\n", output);
    }

    [Fact]
    public void With_many_classes_the_pairs_confused_most_are_told()
    {
        var names = Enumerable.Range(0, 40).Select(i => $"class{i:D2}").ToArray();
        var confusion = names.Select((_, i) => names.Select((_, j) => i == j ? 5 : 0).ToArray()).ToArray();
        confusion[7][31] = 4;
        confusion[2][1] = 1;

        var (output, _) = Printed(terminal => EvaluationRendering.Print(terminal, Evaluation(names, confusion)));

        Assert.Contains(
            "4 x class07, predicted as class31\n  1 x class02, predicted as class01",
            output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("rows are the true classes", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Predictions_of_several_images_are_a_table()
    {
        using var output = new StringWriter();
        var table = new PredictionTable(output, ["a.jpg", "folder/b.jpg"], ["cat", "predator"], 2);

        table.Print(new("a.jpg", [new("predator", 0.982f), new("cat", 0.018f)], null));
        table.Print(new("folder/b.jpg", null, "damaged or truncated"));

        Assert.Equal(
            "image          class 1     prob.   class 2     prob.\n"
                + "a.jpg          predator   98.2 %   cat         1.8 %\n"
                + "folder/b.jpg   damaged or truncated\n",
            output.ToString().ReplaceLineEndings("\n")
        );
    }

    [Fact]
    public void Pictures_are_drawn_with_half_blocks_in_their_colours()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(
            new()
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.TrueColor,
            }
        );
        // Four pixels a side, shown at two: each drawn pixel is the mean of four, which are the same but in the last
        // quarter.
        byte[] pixels =
        [
            .. Enumerable
                .Range(0, 16)
                .SelectMany(i =>
                    i switch
                    {
                        _ when i / 4 >= 2 && i % 4 >= 2 => new byte[] { (byte)(i % 2 * 100), 0, 50 },
                        _ when i % 4 < 2 => [200, 10, 20],
                        _ => [1, 2, 3],
                    }
                ),
        ];

        Thumbnail.WriteLine(console, pixels, 4, 2, 0);

        Assert.Contains("38;2;200;10;20;48;2;200;10;20", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("38;2;1;2;3;48;2;50;0;50", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_demonstration_shows_its_figures_beside_the_tutorials_without_colours()
    {
        var (output, _) = Printed(terminal =>
            DemoRendering.Print(terminal, Demo() with { Tutorial = new(0.74, 31, 100) })
        );

        Assert.Matches(@"test accuracy +73\.5 % +72\.1 % +74\.0 %", output);
        // Wilson's interval of 74 of 100.
        Assert.Matches(@"95 % interval +70\.7 to 76\.1 % +69\.2 to 74\.8 % +64\.6 to 81\.6 %", output);
        Assert.Matches(@"measured on +1,000 photos +1,000 photos +100 photos", output);
        Assert.Matches(@"trained on +1,000 photos +1,000 photos", output);
        Assert.Matches(@"time on a CPU +31 s +1 min 35 s +31 s", output);
        Assert.Contains("Keras tutorial", output, StringComparison.Ordinal);
        Assert.Matches(@"test/cat/00000 +dog +61\.0 % +wrong", output);
        Assert.Contains("graft train PHOTOS", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    [Fact]
    public void The_demonstration_without_comparison_has_one_column_and_its_interval()
    {
        var (output, _) = Printed(terminal => DemoRendering.Print(terminal, Demo() with { Frozen = null }));

        Assert.All(["tutorial", "frozen", "both"], word =>
            Assert.DoesNotContain(word, output, StringComparison.OrdinalIgnoreCase)
        );
        Assert.Matches(@"test accuracy +73\.5 % *\n", output);
        Assert.Matches(@"95 % interval +70\.7 to 76\.1 % *\n", output);
        Assert.Matches(@"trained on +1,000 photos *\n", output);
    }

    private static (string Output, string Error) Printed(Action<Terminal> print)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        print(new Terminal(output, error, false, false, false));
        return (output.ToString(), error.ToString());
    }

    private static TrainingReport Report() =>
        new()
        {
            Classes = ["cat", "dog"],
            TrainImages = 80,
            ValidationImages = 20,
            TestImages = 0,
            BadImages = 0,
            Method = TrainingMethod.Features,
            Backbone = new("resnet50", "avgpool", [2048], "224x224 stretch", PreprocessingOrigin.Catalogue),
            Head = "linear",
            Augmentation = "none",
            TrainableParameters = 4098,
            TrainAccuracy = 1,
            TrainLoss = 0.01,
            ValidationAccuracy = 0.925,
            ValidationTop5 = 1,
            ValidationLoss = 0.1877,
            ValidationAccuracyInterval = new(0.88, 0.954),
            ValidationCalibrationError = 0.048,
            ValidationDecidedStopping = false,
            Epochs = 12,
            FeaturesComputed = 100,
            FeaturesReused = 0,
            FeatureStoreBytes = 1_000_000,
            FeatureSeconds = 30,
            DecodeSeconds = 8,
            NetworkSeconds = 27,
            TrainSeconds = 1,
            TotalSeconds = 32,
            Run = Path.GetFullPath("run"),
            Model = Path.GetFullPath(Path.Combine("run", "model.onnx")),
        };

    private static EvaluationReport Evaluation(IReadOnlyList<string> classes, int[][] confusion)
    {
        var interval = new ConfidenceInterval(0.6, 0.95);
        return new(
            new SplitMetrics
            {
                Images = confusion.Sum(row => row.Sum()),
                Accuracy = 0.85,
                Top5 = 1,
                Loss = 0.4,
                BalancedAccuracy = 0.8,
                MacroPrecision = 0.8,
                MacroRecall = 0.8,
                MacroF1 = 0.8,
                Intervals = new(interval, interval, interval, interval, interval, interval, interval),
                Calibration = new(0.05, interval, []),
                PerClass =
                [
                    .. classes.Select(
                        (name, i) => new LabelMetrics(name, 0.5, 0.5, 0.5, confusion[i].Sum(), interval, null)
                    ),
                ],
                Confusion = confusion,
                ConfusedPairs =
                [
                    .. classes
                        .SelectMany(
                            (truth, t) =>
                                classes.Select(
                                    (called, c) => new ConfusedPair(truth, called, t == c ? 0 : confusion[t][c], 0)
                                )
                        )
                        .Where(pair => pair.Images > 0)
                        .OrderByDescending(pair => pair.Images),
                ],
                WorstErrors = [],
            }
        )
        {
            Classes = classes,
            FeaturesReused = 20,
            Seconds = 1,
            Data = "photos",
            Model = "model.onnx",
        };
    }

    private static DemoReport Demo() =>
        new()
        {
            Set = "cifar10",
            TrainImages = 1000,
            TestImages = 1000,
            TestAccuracy = 0.735,
            TestAccuracyInterval = new(0.707, 0.761),
            FeaturesComputed = 2000,
            FeaturesReused = 0,
            FeatureSeconds = 30,
            HeadSeconds = 1,
            Seconds = 31,
            Frozen = new(0.721, new(0.692, 0.748), 1000, 95, 3, Report() with { TestImages = 1000 }),
            Examples = [new("test/cat/00000", "cat", "dog", 0.61f) { Pixels = new byte[32 * 32 * 3] }],
            Training = Report(),
            Model = Path.GetFullPath(Path.Combine("run", "model.onnx")),
        };
}
