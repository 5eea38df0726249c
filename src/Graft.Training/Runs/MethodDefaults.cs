using Graft.Imaging.Augmentation;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>
/// The default settings of each training method. Epochs, learning rates and decays follow the literature's
/// recommendations for small datasets. They were checked by cross-validation on training images only.
/// </summary>
/// <remarks>
/// Frozen and fine-tuned networks are trained for a fixed number of epochs with a learning rate that falls to zero.
/// There is no early stopping, so validation figures stay unbiased. Fine-tuning starts from a fitted head, because the
/// gradients of a random head would damage the trunk. Sources: Loshchilov and Hutter, "Decoupled weight decay
/// regularization" (2019); Howard and Ruder, "Universal language model fine-tuning" (2018), for learning rates that
/// shrink with depth.
/// </remarks>
public static class MethodDefaults
{
    /// <summary>The number of views of each image when features are augmented, including the plain one.</summary>
    private const int AugmentedViews = 5;

    private static readonly TrainingRequest OnFeatures = new()
    {
        Data = "",
        Head = HeadSpecification.Linear,
        Augmentation = AugmentationOptions.None,
        Epochs = 100,
        BatchSize = 32,
        Optimizer = OptimizerKind.Adam,
        LearningRate = 1e-3,
        Schedule = "constant",
        WeightDecay = 0,
        Patience = 10,
    };

    private static readonly TrainingRequest Frozen = new()
    {
        Data = "",
        Head = HeadSpecification.Parse("dense:128"),
        Augmentation = AugmentationOptions.Standard,
        Epochs = 12,
        BatchSize = 16,
        Optimizer = OptimizerKind.AdamW,
        LearningRate = 5e-4,
        Schedule = "warmup:1+cosine",
        WeightDecay = 0.05,
    };

    private static readonly TrainingRequest FineTuned = Frozen with
    {
        Head = HeadSpecification.Linear,
        Epochs = 6,
        LearningRate = 3e-5,
        LayerDecay = 0.7,
        ClipNorm = 1,
        MovingAverage = 0.98,
        Refit = true,
    };

    /// <summary>Fills in the defaults of a request.</summary>
    /// <param name="request">The training request.</param>
    /// <returns>The request with all defaults filled in.</returns>
    /// <exception cref="ArgumentException">Settings contradict each other; the message names them.</exception>
    public static TrainingRequest Fill(TrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var defaults = From(request.Method);
        var augmentation = request.Augmentation
            ?? (request.Views > 1 ? AugmentationOptions.Standard : defaults.Augmentation!);
        var filled = request with
        {
            Head = request.Head ?? defaults.Head,
            Augmentation = augmentation,
            Views = request.Views
                ?? (request.Method == TrainingMethod.Features && !augmentation.IsNone ? AugmentedViews : 1),
            Epochs = request.Epochs ?? defaults.Epochs,
            BatchSize = request.BatchSize ?? defaults.BatchSize,
            Optimizer = request.Optimizer ?? defaults.Optimizer,
            LearningRate = request.LearningRate ?? defaults.LearningRate,
            Schedule = LearningRateSchedule.Parse(request.Schedule ?? defaults.Schedule!).ToString(),
            WeightDecay = request.WeightDecay ?? defaults.WeightDecay,
            LayerDecay = request.LayerDecay ?? defaults.LayerDecay ?? 1,
            ClipNorm = request.ClipNorm ?? defaults.ClipNorm,
            LabelSmoothing = request.LabelSmoothing ?? 0,
            MovingAverage = request.MovingAverage ?? defaults.MovingAverage ?? 0,
            Patience = request.Patience ?? defaults.Patience,
            Refit = request.Refit
                ?? (defaults.Refit == true && request.TimeBudget is null && request.CalibrationFraction > 0),
        };
        RequireConsistent(filled);
        return filled;
    }

    /// <summary>The default augmentation of a method.</summary>
    /// <param name="method">The method.</param>
    public static AugmentationOptions AugmentationOf(TrainingMethod method) => From(method).Augmentation!;

    private static TrainingRequest From(TrainingMethod method) =>
        method switch
        {
            TrainingMethod.Features => OnFeatures,
            TrainingMethod.Frozen => Frozen,
            _ => FineTuned,
        };

    private static void RequireConsistent(TrainingRequest request)
    {
        if (!(request.CalibrationFraction is >= 0 and < 1))
            throw new ArgumentException(
                $"The calibration fraction (--calibration-fraction) must be at least 0 and below 1, not "
                    + $"{request.CalibrationFraction}.",
                nameof(request)
            );
        if (request.Refit == true && request.CalibrationFraction == 0)
            throw new ArgumentException(
                "Training again on all images (--refit yes) needs a calibration split, but there is none "
                    + "(--calibration-fraction 0).",
                nameof(request)
            );
        if (request.Refit == true && request.TimeBudget is not null)
            throw new ArgumentException(
                "A time limit (--time) cannot be combined with training again on all images (--refit yes).",
                nameof(request)
            );
        if (request.Method != TrainingMethod.FineTune && (request.Unfreeze is not null || request.UnfreezeStatistics))
            throw new ArgumentException(
                $"Layers can be unfrozen only with --method finetune; the method is '{request.Method}'.",
                nameof(request)
            );
        if (request.Method != TrainingMethod.Features && request.Views > 1)
            throw new ArgumentException(
                "Several views (--views) need --method features; the other methods augment images anew in every "
                    + "epoch.",
                nameof(request)
            );
        if (request.Views > 1 && request.Augmentation!.IsNone)
            throw new ArgumentException(
                "Several views (--views) need augmentation, but there is none (--augment none).",
                nameof(request)
            );
        if (request.Views == 1 && request.Method == TrainingMethod.Features && !request.Augmentation!.IsNone)
            throw new ArgumentException(
                "With one view (--views 1), features are computed without augmentation, so --augment has no effect.",
                nameof(request)
            );
        if (request.Method == TrainingMethod.Features && request.Augmentation!.Mixes)
            throw new ArgumentException(
                "MixUp and CutMix need a method that reads the images in every epoch: --method frozen or finetune.",
                nameof(request)
            );
    }
}
