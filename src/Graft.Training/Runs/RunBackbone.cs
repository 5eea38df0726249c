using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Models.Downloads;
using Graft.Models.Storage;

namespace Graft.Training.Runs;

/// <summary>Loads backbones for runs.</summary>
internal static class RunBackbone
{
    /// <summary>Loads a backbone and reports the progress of a download.</summary>
    public static Backbone Load(
        GraftHome home,
        BackboneSource source,
        FeatureKind kind,
        IEngine engine,
        bool onlyRuns,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var pulls = progress.ForPull();
        return new BackboneLoader(new ModelStore(home)).Load(source, kind, engine, onlyRuns, pulls, cancellationToken);
    }

    /// <summary>Reports a notice if the backbone's preprocessing is an assumption.</summary>
    public static void TellAssumed(Backbone backbone, IProgress<RunProgress>? progress)
    {
        if (backbone.PreprocessingOrigin == PreprocessingOrigin.Assumed)
        {
            progress?.Report(
                new(RunPhase.Backbone)
                {
                    Notice =
                        $"'{backbone.Name}' does not state its preprocessing. The usual one for such files is assumed: "
                        + $"{backbone.Preprocessing}. If the model needs another one, set it with --preprocessing "
                        + "unit, or with --scale, --mean, --deviation and --channels.",
                }
            );
        }
    }
}
