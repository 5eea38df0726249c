using System.Diagnostics;
using Graft.Data;
using Graft.Features.Backbones;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// Estimates the cost and the accuracy of training before it starts. A probe of some seconds does a little of the work
/// on some images of the dataset, and its measurements are scaled to all images. Writes only the feature store and
/// downloaded weights.
/// </summary>
/// <remarks>
/// The accuracy is the out-of-fold accuracy of a linear head on cached features of the sampled images. Training on all
/// images usually does a little better, and so do the other methods (docs/accuracy.md). Times are valid for this
/// machine in its present state.
/// </remarks>
public static class RoutePlanning
{
    /// <summary>Measures each backbone and estimates the cost of each method.</summary>
    /// <param name="home">Where weights and features are stored.</param>
    /// <param name="workers">The threads to measure with, and to train on later.</param>
    /// <param name="request">What to plan.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    /// <exception cref="DatasetException">The data is not a dataset, or a class has no readable image.</exception>
    /// <exception cref="IOException">Weights cannot be downloaded or are damaged.</exception>
    /// <exception cref="ArgumentException">
    /// There is no method to compare, or a backbone's parts do not fit together.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
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
        var hashing = progress.ForHashing();
        var split = new SplitOptions { Seed = request.Seed, ValidationFraction = request.ValidationFraction };
        var images = ImageDataset.Scan(
            request.Data,
            split,
            new ImageHasher(workers.ThreadCount),
            hashing,
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

    /// <summary>The backbones whose weights are on this machine; the default one if there are none.</summary>
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
