using Graft.Features.Backbones;
using Graft.Layers.Inference;
using Graft.Models.Downloads;
using Graft.Models.Storage;

namespace Graft.Training.Runs;

/// <summary>What all runs do alike with a backbone.</summary>
internal static class RunBackbone
{
    /// <summary>Loads it, passing on how far a download is.</summary>
    public static Backbone Load(
        GraftHome home,
        BackboneSource source,
        FeatureKind kind,
        PlanOptions planOptions,
        bool onlyRuns,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var pulls = progress.ForPull();
        return new BackboneLoader(new ModelStore(home)).Load(
            source,
            kind,
            planOptions,
            onlyRuns,
            pulls,
            cancellationToken
        );
    }

    /// <summary>Tells when nobody said what is done to pictures, so that it had to be assumed.</summary>
    public static void TellAssumed(Backbone backbone, IProgress<RunProgress>? progress)
    {
        if (backbone.PreprocessingOrigin == PreprocessingOrigin.Assumed)
        {
            progress?.Report(
                new(RunPhase.Backbone)
                {
                    Notice =
                        $"'{backbone.Name}' does not say what must be done to pictures before it. What is usual for "
                        + $"such files is assumed: {backbone.Preprocessing}. If its makers say otherwise, so "
                        + "must you: --preprocessing unit, or --scale, --mean, --deviation and --channels.",
                }
            );
        }
    }
}
