using Graft.Data;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Models;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>What trainings with the trunk in memory share, and what measures such a training.</summary>
internal static class JoinedNetwork
{
    /// <summary>Appends a head to a trunk and freezes what the training method does not train.</summary>
    /// <param name="trunk">The trunk, which becomes the whole network.</param>
    /// <param name="stages">The stages of its architecture.</param>
    /// <param name="head">The head; its layers move to the network.</param>
    /// <param name="request">The training request with all defaults filled in.</param>
    /// <returns>The first node of the trunk that is trained; null if the trunk is frozen.</returns>
    public static string? Join(Network trunk, IReadOnlyList<NetworkStage> stages, Network head, TrainingRequest request)
    {
        var unfrozen =
            request.Method == TrainingMethod.FineTune ? TrunkLayers.Choose(trunk, stages, request.Unfreeze) : null;
        var first = head.Nodes[0].Name;
        trunk.Append(head);
        TrunkLayers.Freeze(trunk, stages, first, unfrozen, request.UnfreezeStatistics);
        return unfrozen;
    }

    /// <summary>Batches of images that are decoded for every epoch.</summary>
    /// <param name="images">The images.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What the network expects.</param>
    /// <param name="request">The training request with all defaults filled in.</param>
    /// <param name="sampling">The order; images in order are not augmented.</param>
    public static AugmentedImages Batches(
        IReadOnlyList<ImageSample> images,
        int classes,
        Preprocessing preprocessing,
        TrainingRequest request,
        Sampling sampling
    ) =>
        new(
            images,
            classes,
            preprocessing,
            new AugmentedImagesOptions
            {
                BatchSize = request.BatchSize!.Value,
                Seed = request.Seed,
                Sampling = sampling,
                Augmentation = sampling == Sampling.InOrder ? AugmentationOptions.None : request.Augmentation!,
                Limits = request.Limits,
            }
        );

    /// <summary>The number of trainable parameters.</summary>
    public static long CountTrainable(Network network) =>
        network.Parameters.Where(pair => pair.Value.Trainable).Sum(pair => (long)pair.Value.Value.Length);
}
