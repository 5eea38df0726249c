using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>Which of several ways to train is recommended.</summary>
internal static class RouteChoice
{
    /// <summary>
    /// The backbone first: of those that cannot be told from the best one by a standard error, the one whose features
    /// are ready soonest. Then the method: fine-tuning where the time suffices, else cached features. Training the head
    /// through a frozen trunk costs more than either and gains less, and is recommended only where nothing else was
    /// asked for.
    /// </summary>
    /// <param name="routes">What there is to choose from, one at least.</param>
    /// <returns>The route; where none keeps to the time, the quickest.</returns>
    public static PlannedRoute From(IReadOnlyList<PlannedRoute> routes)
    {
        var possible = routes.Where(route => route.IsWithinBudget).ToArray();
        if (possible.Length == 0)
            return routes.MinBy(route => route.Seconds)!;
        var best = possible.Max(route => route.Expected?.Accuracy ?? 0);
        var alike = possible
            .Where(route => route.Expected is null || route.Expected.Accuracy >= best - StandardError(route.Expected))
            .ToArray();
        var backbone = alike
            .MinBy(route => routes.Where(other => other.Backbone == route.Backbone).Min(other => other.Seconds))!
            .Backbone;
        return alike
            .Where(route => route.Backbone == backbone)
            .MinBy(route =>
                route.Method switch
                {
                    TrainingMethod.FineTune => 0,
                    TrainingMethod.Features => 1,
                    _ => 2,
                }
            )!;
    }

    private static double StandardError(ExpectedAccuracy expected) =>
        Math.Sqrt(expected.Accuracy * (1 - expected.Accuracy) / expected.Images);
}
