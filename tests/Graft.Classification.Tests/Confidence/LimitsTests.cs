using Graft.Classification.Confidence;
using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Learning.Calibration;
using Graft.Learning.Heads;
using Graft.Tensors;

namespace Graft.Classification.Tests.Confidence;

/// <summary>
/// Whether what a model states of its limits holds, on features that are drawn anew for each of 200 splits.
/// </summary>
public sealed class LimitsTests : IDisposable
{
    private const int Splits = 200;
    private const int Columns = 12;
    private const int Classes = 3;
    private const int TrainingImages = 120;
    private const int NewImages = 200;

    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.9)]
    public void Over_200_splits_prediction_sets_cover_what_they_state(double coverage)
    {
        var random = new DeterministicRandom(5);
        var (covered, sizes) = (0, 0);
        for (var split = 0; split < Splits; split++)
        {
            var (features, labels) = Draw(random, TrainingImages);
            var (fresh, freshLabels) = Draw(random, NewImages);
            using (features)
            using (fresh)
            {
                var head = LinearHead.Fit(
                    features,
                    labels,
                    Classes,
                    _workers,
                    new() { L2 = 0.1, KeepOutOfFold = true },
                    TestContext.Current.CancellationToken
                );
                using var network = head.Network;
                Assert.Equal(Enumerable.Range(0, TrainingImages), head.OutOfFold.Select(said => said.Image).Order());
                float[][] logits = [.. head.OutOfFold.Select(said => said.Logits)];
                int[] truth = [.. head.OutOfFold.Select(said => labels[said.Image])];
                var temperature = TemperatureScaling.Fit(logits, truth);
                TemperatureScaling.Apply(network, temperature);
                var scores = ScoreQuantiles.Compute(
                    logits.Select((row, i) => 1.0 - Probabilities(row, temperature)[truth[i]])
                );
                using var pass = network.Forward(fresh, new PassOptions { Workers = _workers });
                for (var i = 0; i < NewImages; i++)
                {
                    var set = PredictionSet.Compute(scores, Probabilities(pass.Output.Rows(i).ToArray(), 1), coverage);
                    covered += set.Contains(freshLabels[i]) ? 1 : 0;
                    sizes += set.Count;
                }
            }
        }

        // The classes overlap, so that sets must have more than one class: coverage is the stated one, and not merely
        // above it.
        Assert.True(sizes > 1.05 * Splits * NewImages, $"sets of {sizes / (double)(Splits * NewImages)}");
        Assert.InRange(covered / (double)(Splits * NewImages), coverage - 0.01, coverage + 0.02);
    }

    [Fact]
    public void Over_200_splits_five_in_a_hundred_are_called_unknown_and_nearly_all_of_other_things()
    {
        var random = new DeterministicRandom(6);
        using var sketch = new RandomProjection(new Shape(Columns));
        var (unknown, within, others) = (0, 0, 0);
        for (var split = 0; split < Splits; split++)
        {
            var (features, _) = Draw(random, TrainingImages);
            var (fresh, _) = Draw(random, NewImages);
            using var far = Tensor.Uninitialized(new Shape(NewImages, Columns));
            foreach (ref var value in far.Span)
                value = (float)Math.Abs(random.NextGaussian());
            using (features)
            using (fresh)
            {
                var detector = UnknownDetector.FromAll(
                    sketch.Project(features, _workers),
                    [.. Enumerable.Range(0, TrainingImages).Select(i => $"{i}")],
                    0,
                    _workers
                )!;
                var called = sketch.Project(fresh, _workers).Count(one => detector.Familiarity(one) <= 0.05);
                unknown += called;
                within += called is >= 4 and <= 16 ? 1 : 0;
                others += sketch.Project(far, _workers).Count(one => detector.Familiarity(one) <= 0.05);
            }
        }

        Assert.InRange(unknown / (double)(Splits * NewImages), 0.04, 0.06);
        // With 120 images the threshold itself wavers by two in a hundred; five give or take three is nearly always
        // met.
        Assert.True(within > 0.75 * Splits, $"{within}");
        Assert.True(others > 0.8 * Splits * NewImages, $"{others / (double)(Splits * NewImages)}");
    }

    [Fact]
    public void A_picture_is_not_judged_by_its_copies()
    {
        using var sketch = new RandomProjection(new Shape(Columns));
        var (features, _) = Draw(new DeterministicRandom(7), 40);
        using (features)
        {
            var sketches = sketch.Project(features, _workers);
            string[] groups = [.. sketches.Select((_, i) => $"{i}")];
            var once = UnknownDetector.FromAll(sketches, groups, 0, _workers)!;
            // Six copies of the first: without care five of them would be its nearest, at no distance.
            var copied = UnknownDetector.FromAll(
                [.. sketches, .. Enumerable.Repeat(sketches[0], 6)],
                [.. groups, .. Enumerable.Repeat("0", 6)],
                0,
                _workers
            )!;
            Assert.All(copied.Scores.Scores, score => Assert.True(score > 0));
            Assert.Contains(copied.Scores.Scores, score => once.Scores.Scores.Contains(score));
        }
    }

    [Fact]
    public void A_detector_needs_more_pictures_than_neighbours()
    {
        using var sketch = new RandomProjection(new Shape(Columns));
        var (features, _) = Draw(new DeterministicRandom(8), 5);
        using (features)
        {
            var sketches = sketch.Project(features, _workers);
            Assert.Null(UnknownDetector.FromAll(sketches, ["0", "1", "2", "3", "4"], 0, _workers));
            Assert.Null(UnknownDetector.FromCalibrationSplit(sketches, [], 0, _workers));
            Assert.NotNull(UnknownDetector.FromCalibrationSplit(sketches, [sketches[0]], 0, _workers));
        }
    }

    [Fact]
    public void Sketches_keep_distances_of_features_of_length_one_and_threads_change_no_bit()
    {
        const int Wide = 700;
        var random = new DeterministicRandom(9);
        using var features = Tensor.Uninitialized(new Shape(30, Wide));
        foreach (ref var value in features.Span)
            value = (float)Math.Max(0, random.NextGaussian());
        using var sketch = new RandomProjection(new Shape(Wide));
        var sketches = sketch.Project(features, _workers);
        using var one = new WorkerPool(1);
        Assert.Equal(sketches, sketch.Project(features, one));
        for (var i = 1; i < 30; i++)
        {
            double[] left = Unit(features.Rows(0)),
                right = Unit(features.Rows(i));
            var distance = Math.Sqrt(
                left.Zip(right).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second))
            );
            Assert.InRange(RandomProjection.Distance(sketches[0], sketches[i]), 0.82 * distance, 1.18 * distance);
        }

        // A map counts as the mean over its places.
        using var map = Tensor.Uninitialized(new Shape(30, 1, 2, Wide));
        for (var i = 0; i < 30; i++)
        {
            features.Rows(i).CopyTo(map.Rows(i)[..Wide]);
            features.Rows(i).CopyTo(map.Rows(i)[Wide..]);
        }

        using var ofMaps = new RandomProjection(new Shape(1, 2, Wide));
        Assert.Equal(sketches, ofMaps.Project(map, _workers));
    }

    [Fact]
    public void Shares_count_the_new_picture_and_never_promise_too_much_of_many_scores()
    {
        var few = ScoreQuantiles.Compute([0.3, 0.1, 0.2]);
        Assert.Equal([1, 0.75, 0.5, 0.25], new[] { 0.1, 0.15, 0.3, 0.31 }.Select(few.ShareAtLeast), (left, right) =>
            Math.Abs(left - right) < 1e-12
        );
        var many = ScoreQuantiles.Compute(Enumerable.Range(0, 12_345).Select(i => (double)i));
        Assert.Equal((12_345, 1000), (many.Images, many.Scores.Length));
        for (var score = 0; score < 12_346; score += 61)
        {
            var exact = (12_345 - score + 1.0) / 12_346;
            Assert.InRange(many.ShareAtLeast(score), exact - 1e-9, exact + 0.0021);
        }
    }

    [Fact]
    public void The_linear_head_gives_the_same_head_whether_or_not_it_tells_what_was_held_out()
    {
        var (features, labels) = Draw(new DeterministicRandom(10), 60);
        using (features)
        {
            var plain = LinearHead.Fit(
                features,
                labels,
                Classes,
                _workers,
                null,
                TestContext.Current.CancellationToken
            );
            var telling = LinearHead.Fit(
                features,
                labels,
                Classes,
                _workers,
                new() { KeepOutOfFold = true },
                TestContext.Current.CancellationToken
            );
            using var first = plain.Network;
            using var second = telling.Network;
            Assert.Equal(
                first.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray()),
                second.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())
            );
            Assert.Empty(plain.OutOfFold);
            // What was held out has the loss that the search tells.
            var loss = telling.OutOfFold.Average(said => -Math.Log(Probabilities(said.Logits, 1)[labels[said.Image]]));
            Assert.Equal(telling.Search.Min(candidate => candidate.Loss), loss, 0.01);
        }
    }

    /// <summary>Three overlapping clouds away from the origin.</summary>
    private static (Tensor Features, int[] Labels) Draw(DeterministicRandom random, int images)
    {
        var features = Tensor.Uninitialized(new Shape(images, Columns));
        var labels = new int[images];
        for (var i = 0; i < images; i++)
        {
            labels[i] = random.NextInt(Classes);
            for (var f = 0; f < Columns; f++)
                features.Rows(i)[f] = (float)(
                    (
                        f == labels[i] ? 5
                        : f < Classes ? 3.4
                        : f < 6 ? 8
                        : 0
                    ) + random.NextGaussian()
                );
        }

        return (features, labels);
    }

    private static double[] Unit(ReadOnlySpan<float> values)
    {
        var all = Array.ConvertAll(values.ToArray(), value => (double)value);
        var length = Math.Sqrt(all.Sum(value => value * value));
        return Array.ConvertAll(all, value => value / length);
    }

    private static float[] Probabilities(float[] logits, double temperature)
    {
        var scaled = Array.ConvertAll(logits, value => (float)(value / temperature));
        Softmax.Apply(scaled, scaled);
        return scaled;
    }
}
