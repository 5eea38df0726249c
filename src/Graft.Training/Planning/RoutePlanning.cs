using System.Diagnostics;
using Graft.Data;
using Graft.Data.Hashing;
using Graft.Features.Backbones;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// Tells before a training what it will cost and about how good it will be: a probe of some seconds does a little of
/// the work on photos of the dataset, and what it measures is scaled to all of them. Nothing is written but the feature
/// store and fetched weights.
/// </summary>
/// <remarks>
/// Accuracy is that of heads on cached features of the photos that were tried, each measured on photos that it had not
/// learned from; all photos together usually do a little better, and so do the other methods (docs/accuracy.md). Times
/// hold for this machine in its present state.
/// </remarks>
public static class RoutePlanning
{
    /// <summary>Probes and estimates.</summary>
    /// <param name="home">Where weights and features are kept.</param>
    /// <param name="workers">The threads to measure with, and to train on later.</param>
    /// <param name="request">What to plan.</param>
    /// <param name="progress">Receives progress reports, perhaps from several threads, one at a time.</param>
    /// <param name="cancellationToken">Cancels the work; computed features are kept.</param>
    /// <exception cref="DatasetException">The folder is no dataset, or a class has no readable image.</exception>
    /// <exception cref="IOException">Weights cannot be fetched or are damaged.</exception>
    /// <exception cref="ArgumentException">
    /// There is no method to compare, or a backbone's parts do not fit together.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PlanningReport Run(
        GraftHome home,
        WorkerPool workers,
        PlanningRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Methods.Count == 0)
            throw new ArgumentException("Planning: there is no method to compare.", nameof(request));
        var clock = Stopwatch.StartNew();
        progress?.Report(new(RunPhase.Scan));
        var hearing = progress.ForHashing();
        var split = new SplitOptions { Seed = request.Seed, ValidationFraction = request.ValidationFraction };
        var images = ImageDataset.Scan(
            request.Data,
            split,
            new FileHasher(workers.ThreadCount),
            hearing,
            cancellationToken
        );

        var probe = new RouteProbe(home, workers, request, images, progress, cancellationToken);
        var backbones = request.Backbones.Count > 0 ? request.Backbones : Present(home);
        var routes = new List<PlannedRoute>();
        foreach (var backbone in backbones)
        {
            var measured = probe.Run(backbone, request.ProbeTime / backbones.Count);
            TensorMemory.Shared.Trim();
            routes.AddRange(
                request.Methods.Select(method =>
                    CostEstimate.Compute(
                        measured,
                        MethodDefaults.Fill(new() { Data = request.Data, Method = method }),
                        images.Training.Count,
                        images.Validation.Count,
                        images.Test.Count,
                        request.TimeBudget
                    )
                )
            );
        }

        return new()
        {
            Data = Path.GetFullPath(request.Data),
            Classes = images.ClassNames.Count,
            TrainImages = images.Training.Count,
            ValidationImages = images.Validation.Count,
            TestImages = images.Test.Count,
            Threads = workers.ThreadCount,
            BudgetSeconds = request.TimeBudget.TotalSeconds,
            Routes = routes,
            Recommended = RouteChoice.From(routes),
            ProbeSeconds = clock.Elapsed.TotalSeconds,
        };
    }

    /// <summary>Those whose weights are on this machine.</summary>
    private static BackboneSource[] Present(GraftHome home)
    {
        var present = new ModelStore(home)
            .List()
            .Where(model => model.Pulled)
            .Select(model => new BackboneSource { Name = model.Name })
            .ToArray();
        return present.Length > 0 ? present : [new()];
    }
}
