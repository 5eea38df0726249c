using Graft.Imaging.Augmentation;
using Graft.Layers.Optimizers;
using Graft.Learning.Heads;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

public sealed class MethodDefaultsTests
{
    [Theory]
    [InlineData(TrainingMethod.Features)]
    [InlineData(TrainingMethod.Frozen)]
    [InlineData(TrainingMethod.FineTune)]
    public void Every_method_has_a_default_for_everything_that_training_needs(TrainingMethod method)
    {
        var filled = MethodDefaults.Fill(new() { Data = "d", Method = method });
        Assert.NotNull(filled.Head);
        Assert.NotNull(filled.Augmentation);
        Assert.NotNull(filled.Optimizer);
        Assert.NotNull(filled.Schedule);
        double?[] numbers =
        [
            filled.Epochs,
            filled.BatchSize,
            filled.LearningRate,
            filled.WeightDecay,
            filled.LayerDecay,
            filled.LabelSmoothing,
            filled.MovingAverage,
            filled.Views,
        ];
        Assert.All(numbers, number => Assert.NotNull(number));
        Assert.Equal(filled, MethodDefaults.Fill(filled));
        Assert.Equal(method == TrainingMethod.Features, filled.Augmentation == AugmentationOptions.None);

        // Only the head on features stops by validation images where nobody asks for it.
        Assert.Equal(method == TrainingMethod.Features, filled.Patience is not null);
    }

    [Fact]
    public void What_is_asked_for_is_kept()
    {
        var asked = new TrainingRequest
        {
            Data = "d",
            Method = TrainingMethod.FineTune,
            Head = HeadSpecification.Parse("dense:7"),
            Augmentation = AugmentationOptions.Light,
            Epochs = 3,
            BatchSize = 5,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 0.5,
            Schedule = "step:2:0.5",
            WeightDecay = 0.25,
            LayerDecay = 1,
            ClipNorm = 9,
            LabelSmoothing = 0.125,
            MovingAverage = 0.5,
            Patience = 4,
            Unfreeze = "layer3",
            Views = 1,
            Refit = false,
        };
        Assert.Equal(asked, MethodDefaults.Fill(asked));
    }

    [Fact]
    public void Augmented_features_are_of_several_views()
    {
        Assert.Equal(5, MethodDefaults.Fill(new() { Data = "d", Augmentation = AugmentationOptions.Light }).Views);
        Assert.Equal(AugmentationOptions.Standard, MethodDefaults.Fill(new() { Data = "d", Views = 3 }).Augmentation);
    }

    [Fact]
    public void Fine_tuning_alone_trains_again_from_all_images_where_time_is_not_limited()
    {
        var asked = new TrainingRequest { Data = "d", Method = TrainingMethod.FineTune };
        Assert.True(MethodDefaults.Fill(asked).Refit);
        Assert.False(MethodDefaults.Fill(asked with { TimeBudget = TimeSpan.FromMinutes(5) }).Refit);
        Assert.False(MethodDefaults.Fill(asked with { CalibrationFraction = 0 }).Refit);
        Assert.False(MethodDefaults.Fill(asked with { Method = TrainingMethod.Frozen }).Refit);
        Assert.True(MethodDefaults.Fill(asked with { Method = TrainingMethod.Frozen, Refit = true }).Refit);
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Refuse("unfrozen", new() { Data = "d", Unfreeze = "layer4" });
        Refuse(
            "unfrozen",
            new()
            {
                Data = "d",
                Method = TrainingMethod.Frozen,
                UnfreezeStatistics = true,
            }
        );
        Refuse(
            "views",
            new()
            {
                Data = "d",
                Method = TrainingMethod.Frozen,
                Views = 2,
            }
        );
        Refuse(
            "views",
            new()
            {
                Data = "d",
                Views = 2,
                Augmentation = AugmentationOptions.None,
            }
        );
        Refuse(
            "one view",
            new()
            {
                Data = "d",
                Views = 1,
                Augmentation = AugmentationOptions.Light,
            }
        );
        Refuse(
            "--calibration-fraction 0",
            new()
            {
                Data = "d",
                Refit = true,
                CalibrationFraction = 0,
            }
        );
        Refuse(
            "--time",
            new()
            {
                Data = "d",
                Refit = true,
                TimeBudget = TimeSpan.FromMinutes(5),
            }
        );
        Refuse("MixUp", new() { Data = "d", Augmentation = AugmentationOptions.Light with { MixUp = 0.2 } });

        static void Refuse(string word, TrainingRequest request) =>
            Assert.Contains(
                word,
                Assert.Throws<ArgumentException>(() => MethodDefaults.Fill(request)).Message,
                StringComparison.Ordinal
            );
    }
}
