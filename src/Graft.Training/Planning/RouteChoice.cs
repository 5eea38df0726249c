using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>Chooses the recommended one of several ways to train.</summary>
internal static class RouteChoice
{
    /// <summary>
    /// Chooses the backbone first: of those whose accuracy is within one standard error of the best one, the fastest.
    /// Then chooses the method: fine-tuning if it is within the time budget, else cached features, else a frozen trunk.
    /// </summary>
    /// <param name="routes">The routes to choose from, at least one.</param>
    /// <returns>The chosen route; if none is within the budget, the fastest.</returns>
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
        // A frozen trunk costs more than the other methods and gains less, so it is the last choice.
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
