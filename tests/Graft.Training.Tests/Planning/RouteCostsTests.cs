using Graft.Data;
using Graft.Learning.Evaluation;
using Graft.Training.Planning;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Planning;

public sealed class RouteCostsTests
{
    private static readonly RouteMeasurement Measured = new()
    {
        Backbone = "b",
        LoadSeconds = 1,
        SecondsPerFeature = 0.1,
        UnknownImages = 50,
        HeadSeconds = 2,
        HeadImages = 100,
        FeatureBytes = 1000,
        WeightBytes = 1_000_000,
        FeatureMemory = 3_000_000,
        Steps = new Dictionary<TrainingMethod, StepMeasurement>
        {
            [TrainingMethod.Frozen] = new(0.2, 2_500_000, 10, 0),
            [TrainingMethod.FineTune] = new(0.3, 5_000_000, 100_000, 5000),
        },
    };

    [Fact]
    public void Methods_cost_what_they_do_beyond_each_other()
    {
        var (features, frozen, tuned) = (
            Of(TrainingMethod.Features),
            Of(TrainingMethod.Frozen),
            Of(TrainingMethod.FineTune)
        );
        // The head is solved on twice as many images as were tried; 12 epochs of the 170 images that are not kept
        // aside, 6 of them and then of all 200.
        Assert.Equal(4, features.Seconds - (frozen.Seconds - (12 * 170 * 0.2)), 1e-9);
        Assert.Equal((6 * (170 + 200) * 0.3) + 2 + ((40 + 260 + 200) * 0.1), tuned.Seconds - features.Seconds, 1e-9);
        Assert.Equal((4_000_000, 4_000_000, 5_000_000), (features.MemoryBytes, frozen.MemoryBytes, tuned.MemoryBytes));
        Assert.Equal((8 * 100_000) + (40 * 5000) + ((260 + 200) * 1000), tuned.DiskBytes - features.DiskBytes);
    }

    [Fact]
    public void Trained_again_from_all_everything_but_the_head_is_done_twice()
    {
        var once = MethodDefaults.Fill(
            new()
            {
                Data = "d",
                Method = TrainingMethod.FineTune,
                Refit = false,
            }
        );
        var (first, both) = (
            CostEstimate.Compute(Measured, once, 200, 40, 20, TimeSpan.MaxValue),
            CostEstimate.Compute(Measured, once with { Refit = true }, 200, 40, 20, TimeSpan.MaxValue)
        );
        Assert.Equal((6 * 200 * 0.3) + 1 + (200 * 0.1), both.Seconds - first.Seconds, 1e-9);
        Assert.Equal(200 * 1000, both.DiskBytes - first.DiskBytes);
    }

    [Fact]
    public void Known_features_cost_nothing_again()
    {
        var known = CostEstimate.Compute(
            Measured with
            {
                UnknownImages = 0,
            },
            MethodDefaults.Fill(new() { Data = "d" }),
            200,
            40,
            20,
            TimeSpan.FromHours(1)
        );
        Assert.Equal(5, Of(TrainingMethod.Features).Seconds - known.Seconds, 1e-9);
    }

    [Fact]
    public void What_takes_longer_than_there_is_time_is_told()
    {
        Assert.True(Of(TrainingMethod.Features, TimeSpan.FromMinutes(1)).IsWithinBudget);
        Assert.False(Of(TrainingMethod.FineTune, TimeSpan.FromMinutes(1)).IsWithinBudget);
    }

    [Theory]
    // Of two backbones that differ by more than chance, the better one, as far as the time goes.
    [InlineData(0.90, 0.97, 100, 600, 600, "slow", TrainingMethod.FineTune)]
    [InlineData(0.90, 0.97, 100, 600, 300, "slow", TrainingMethod.Features)]
    [InlineData(0.90, 0.97, 100, 600, 50, "quick", TrainingMethod.Features)]
    // Of two that do not, the quick one.
    [InlineData(0.95, 0.96, 100, 600, 600, "quick", TrainingMethod.FineTune)]
    // Nothing suffices: the quickest.
    [InlineData(0.90, 0.97, 100, 600, 1, "quick", TrainingMethod.Features)]
    public void The_best_backbone_and_method_that_time_allows_is_recommended(
        double quick,
        double slow,
        double tuned,
        double slowTuned,
        double budget,
        string backbone,
        TrainingMethod method
    )
    {
        PlannedRoute[] routes =
        [
            Route("quick", TrainingMethod.Features, 10, quick),
            Route("quick", TrainingMethod.Frozen, 90, quick),
            Route("quick", TrainingMethod.FineTune, tuned, quick),
            Route("slow", TrainingMethod.Features, 60, slow),
            Route("slow", TrainingMethod.Frozen, 500, slow),
            Route("slow", TrainingMethod.FineTune, slowTuned, slow),
        ];
        var chosen = RouteChoice.From(routes);
        Assert.Equal((backbone, method), (chosen.Backbone, chosen.Method));

        PlannedRoute Route(string name, TrainingMethod how, double seconds, double accuracy) =>
            new(
                name,
                how,
                seconds,
                0,
                0,
                seconds <= budget,
                new ExpectedAccuracy(accuracy, new ConfidenceInterval(0, 1), 400)
            );
    }

    [Fact]
    public void Every_beginning_of_the_photos_tried_has_the_classes_in_proportion()
    {
        int[] sizes = [60, 30, 10];
        ImageSample[] training =
        [
            .. sizes.SelectMany(
                (size, label) =>
                    Enumerable.Range(0, size).Select(i => ImageSample.FromFile($"{label}/{i}") with { Label = label })
            ),
        ];
        var mixed = RouteProbe.Mixed(training, 3);
        Assert.Equal(training.Select(image => image.Name).Order(), mixed.Select(image => image.Name).Order());
        for (var count = 10; count <= 100; count += 10)
        {
            for (var label = 0; label < 3; label++)
                Assert.InRange(
                    mixed.Take(count).Count(image => image.Label == label),
                    (count * sizes[label] / 100) - 1,
                    (count * sizes[label] / 100) + 1
                );
        }

        Assert.NotEqual(mixed.Select(image => image.Name), RouteProbe.Mixed(training, 4).Select(image => image.Name));
    }

    private static PlannedRoute Of(TrainingMethod method, TimeSpan? budget = null) =>
        CostEstimate.Compute(
            Measured,
            MethodDefaults.Fill(new() { Data = "d", Method = method }),
            200,
            40,
            20,
            budget ?? TimeSpan.FromHours(1)
        );
}
