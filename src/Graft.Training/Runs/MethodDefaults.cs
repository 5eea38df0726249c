using Graft.Imaging.Augmentation;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>
/// How each method trains where nothing else is asked for. Numbers of epochs, rates and decays are those that the
/// literature recommends for small photo collections, checked by cross-validation on training photos alone; no
/// validation photo had a part in them.
/// </summary>
/// <remarks>
/// Frozen and fine-tuned networks take a fixed number of epochs at a rate that falls to zero: no image decides when to
/// stop, so that validation figures stay honest. Fine-tuning begins at a head that is fitted already, lest the
/// gradients of a random one spoil the trunk. Loshchilov and Hutter, "Decoupled weight decay regularization" (2019);
/// Howard and Ruder, "Universal language model fine-tuning" (2018), for rates that shrink with depth.
/// </remarks>
public static class MethodDefaults
{
    /// <summary>Views of every picture where features are augmented: the plain one and four others.</summary>
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

    /// <summary>Fills in what a request leaves open.</summary>
    /// <param name="request">What is asked for.</param>
    /// <returns>The same with everything decided.</returns>
    /// <exception cref="ArgumentException">Parts of the request exclude each other; the message says which.</exception>
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

    /// <summary>How a method changes pictures where nothing else is asked for.</summary>
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
                $"The part of the training images that is kept aside for calibration must be from 0 to below 1, not "
                    + $"{request.CalibrationFraction}.",
                nameof(request)
            );
        if (request.Refit == true && request.CalibrationFraction == 0)
            throw new ArgumentException(
                "The model is trained again from all images (--refit yes) where some are kept aside at first, but "
                    + "none is (--calibration-fraction 0).",
                nameof(request)
            );
        if (request.Refit == true && request.TimeBudget is not null)
            throw new ArgumentException(
                "A limit on the time of training (--time) is for a model that is trained once, but it is to be "
                    + "trained again from all images (--refit yes).",
                nameof(request)
            );
        if (request.Method != TrainingMethod.FineTune && (request.Unfreeze is not null || request.UnfreezeStatistics))
            throw new ArgumentException(
                $"Layers are unfrozen by fine-tuning alone (--method finetune); the method is '{request.Method}'.",
                nameof(request)
            );
        if (request.Method != TrainingMethod.Features && request.Views > 1)
            throw new ArgumentException(
                "Several views are kept as features (--method features); other methods change pictures anew in "
                    + "every epoch.",
                nameof(request)
            );
        if (request.Views > 1 && request.Augmentation!.IsNone)
            throw new ArgumentException(
                "Several views of a picture differ by augmentation, but there is none (--augment none).",
                nameof(request)
            );
        if (request.Views == 1 && request.Method == TrainingMethod.Features && !request.Augmentation!.IsNone)
            throw new ArgumentException(
                "With one view (--views 1) features are computed of the plain pictures, so that augmentation has no "
                    + "effect.",
                nameof(request)
            );
        if (request.Method == TrainingMethod.Features && request.Augmentation!.Mixes)
            throw new ArgumentException(
                "Pictures can be mixed (MixUp, CutMix) by the methods that read them in every epoch: frozen and "
                    + "finetune.",
                nameof(request)
            );
    }
}
