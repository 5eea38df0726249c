using System.Text.Json;
using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Learning.Heads;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Learning.Tests.Heads;

[Collection(nameof(SharedMemory))]
public sealed class LinearHeadTests : IDisposable
{
    private static readonly JsonElement[] Regressions =
    [
        .. JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Heads", "regressions.json")))
            .RootElement.EnumerateArray(),
    ];

    private readonly WorkerPool _workers = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Regressions.Select(item => item.GetProperty("name").GetString()!)];

    public void Dispose() => _workers.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void It_solves_what_PyTorch_solves_in_double_precision(string name)
    {
        var expected = Regressions.Single(item => item.GetProperty("name").GetString() == name);
        var (features, labels, classes) = Read(expected);
        using (features)
        {
            var head = LinearHead.Fit(
                features,
                labels,
                classes,
                _workers,
                new() { L2 = expected.GetProperty("l2").GetDouble() },
                Token
            );
            using var network = head.Network;
            Assert.True(head.Converged);
            Assert.Empty(head.Search);
            using var pass = network.Forward(features, new PassOptions { Workers = _workers });
            var dense = Assert.IsType<Dense>(Assert.Single(network.Nodes).Layer);
            var objective =
                CrossEntropyLoss.Mean(pass.Output, labels)
                + (head.L2 / 2 * StandardisedSquares(features, dense.Weight.Value));
            Assert.Equal(expected.GetProperty("minimum").GetDouble(), objective, 1e-6);
            AssertClose(
                [
                    .. expected
                        .GetProperty("weights")
                        .EnumerateArray()
                        .SelectMany(row => row.EnumerateArray().Select(value => value.GetDouble())),
                ],
                dense.Weight.Value.Span
            );
            AssertClose(
                [.. expected.GetProperty("intercepts").EnumerateArray().Select(value => value.GetDouble())],
                dense.Bias.Value.Span
            );
        }
    }

    [Fact]
    public void Cross_validation_chooses_the_penalty_of_the_smallest_held_out_loss()
    {
        var (features, labels) = Noisy(images: 120, columns: 20, classes: 3, seed: 5);
        using (features)
        {
            var head = LinearHead.Fit(features, labels, 3, _workers, null, Token);
            using var network = head.Network;
            Assert.True(head.Search.Count >= 3);
            Assert.Equal(head.Search.OrderByDescending(candidate => candidate.L2), head.Search);
            Assert.Equal(
                head.Search.Min(candidate => candidate.Loss),
                head.Search.Single(candidate => candidate.L2 == head.L2).Loss
            );

            // What the search tells is what fitting on four fifths and measuring on one fifth gives: near the loss on
            // new images.
            var (fresh, freshLabels) = Noisy(images: 3000, columns: 20, classes: 3, seed: 5, skip: 120);
            using (fresh)
            {
                using var pass = network.Forward(fresh, new PassOptions { Workers = _workers });
                var honest = CrossEntropyLoss.Mean(pass.Output, freshLabels);
                Assert.InRange(head.Search.Min(candidate => candidate.Loss), 0.7 * honest, 1.4 * honest);
            }
        }
    }

    [Fact]
    public void Noise_calls_for_a_stronger_penalty_than_clear_classes()
    {
        Assert.True(Chosen(spread: 0) > Chosen(spread: 2));

        double Chosen(float spread)
        {
            var (features, labels) = Noisy(60, 30, 3, 9, spread: spread);
            using (features)
            {
                var head = LinearHead.Fit(features, labels, 3, _workers, null, Token);
                head.Network.Dispose();
                return head.L2;
            }
        }
    }

    [Fact]
    public void The_same_images_give_the_same_bits_on_one_thread_and_on_three()
    {
        var (features, labels) = Noisy(90, 70, 4, 2);
        using (features)
        {
            var once = Fit(1);
            Assert.Equal(once, Fit(1));
            Assert.Equal(once, Fit(3));

            float[] Fit(int threads)
            {
                using var workers = new WorkerPool(threads);
                using var network = LinearHead.Fit(features, labels, 4, workers, new() { Seed = 4 }, Token).Network;
                return [.. network.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())];
            }
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    public void A_handful_of_images_is_enough_to_fit(int images, int classes)
    {
        using var features = RandomTensors.Uniform(new Shape(images, 5), new DeterministicRandom(1));
        var head = LinearHead.Fit(
            features,
            [.. Enumerable.Range(0, images).Select(i => i % classes)],
            classes,
            _workers,
            null,
            Token
        );
        using var network = head.Network;
        Assert.All(network.Parameters, pair =>
            Assert.All(pair.Value.Value.Span.ToArray(), value => Assert.True(float.IsFinite(value)))
        );
    }

    [Fact]
    public void Features_that_say_nothing_give_the_shares_of_the_classes()
    {
        using var features = Tensor.Zeros(new Shape(8, 3));
        features.Span.Fill(4);
        int[] labels = [0, 0, 0, 0, 0, 0, 1, 1];
        using var network = LinearHead.Fit(features, labels, 2, _workers, null, Token).Network;
        using var pass = network.Forward(features, new PassOptions { Workers = _workers });
        Assert.Equal(
            -((0.75 * Math.Log(0.75)) + (0.25 * Math.Log(0.25))),
            CrossEntropyLoss.Mean(pass.Output, labels),
            1e-6
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_feature_that_is_not_finite_is_refused(float value)
    {
        using var guard = new LeakGuard();
        using var features = RandomTensors.Uniform(new Shape(6, 4), new DeterministicRandom(1));
        features.Span[13] = value;
        Assert.Throws<ArithmeticException>(() =>
            LinearHead.Fit(features, [0, 1, 0, 1, 0, 1], 2, _workers, null, Token)
        );
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var features = RandomTensors.Uniform(new Shape(4, 3), new DeterministicRandom(1));
        using var one = RandomTensors.Uniform(new Shape(1, 3), new DeterministicRandom(1));
        Assert.Throws<ArgumentException>(() => LinearHead.Fit(features, [0, 1, 0], 2, _workers, null, Token));
        Assert.Throws<ArgumentException>(() => LinearHead.Fit(features, [0, 1, 2, 0], 2, _workers, null, Token));
        Assert.Throws<ArgumentException>(() => LinearHead.Fit(features, [0, 1, -1, 0], 2, _workers, null, Token));
        Assert.Throws<ArgumentException>(() =>
            LinearHead.Fit(features, [0, 1, 1, 0], 2, _workers, new() { L2 = -1 }, Token)
        );
        Assert.Throws<ArgumentException>(() =>
            LinearHead.Fit(features, [0, 1, 1, 0], 2, _workers, new() { L2 = double.NaN }, Token)
        );
        Assert.Throws<ArgumentException>(() => LinearHead.Fit(one, [0], 2, _workers, null, Token));
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        var (features, labels) = Noisy(40, 10, 2, 1);
        using (features)
            Assert.Throws<OperationCanceledException>(() =>
                LinearHead.Fit(features, labels, 2, _workers, null, new CancellationToken(canceled: true))
            );
    }

    private static (Tensor Features, int[] Labels, int Classes) Read(JsonElement item)
    {
        var rows = item.GetProperty("x")
            .EnumerateArray()
            .Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())
            .ToArray();
        var features = Tensor.From(new Shape(rows.Length, rows[0].Length), [.. rows.SelectMany(row => row)]);
        return (
            features,
            [.. item.GetProperty("y").EnumerateArray().Select(value => value.GetInt32())],
            item.GetProperty("classes").GetInt32()
        );
    }

    /// <summary>Normal clouds around a centre for each class.</summary>
    private static (Tensor Features, int[] Labels) Noisy(
        int images,
        int columns,
        int classes,
        ulong seed,
        int skip = 0,
        float spread = 0.4f
    )
    {
        var random = new DeterministicRandom(seed);
        var centres = new float[classes * columns];
        foreach (ref var value in centres.AsSpan())
            value = spread * (float)random.NextGaussian();
        var features = Tensor.Uninitialized(new Shape(images, columns));
        var labels = new int[images];
        for (var i = 0; i < skip * columns; i++)
            random.NextGaussian();
        for (var i = 0; i < images; i++)
        {
            labels[i] = i % classes;
            for (var f = 0; f < columns; f++)
                features.Rows(i)[f] = centres[(labels[i] * columns) + f] + (float)random.NextGaussian();
        }

        return (features, labels);
    }

    /// <summary>The squared norm that the weights have for standardised features.</summary>
    private static double StandardisedSquares(Tensor features, Tensor weights)
    {
        var (images, classes) = (features.Shape[0], weights.Shape[1]);
        var sum = 0.0;
        for (var f = 0; f < features.Shape[1]; f++)
        {
            var column = Enumerable.Range(0, images).Select(i => (double)features.Rows(i)[f]).ToArray();
            var mean = column.Average();
            var variance = column.Average(value => (value - mean) * (value - mean));
            for (var c = 0; c < classes; c++)
                sum +=
                    weights.Span[(f * classes) + c]
                    * (double)weights.Span[(f * classes) + c]
                    * (variance == 0 ? 1 : variance);
        }

        return sum;
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual)
    {
        var norm = Math.Sqrt(expected.Sum(value => value * value));
        var distance = 0.0;
        for (var i = 0; i < expected.Length; i++)
            distance += Math.Pow(expected[i] - actual[i], 2);
        Assert.InRange(Math.Sqrt(distance), 0, 1e-3 * norm);
    }
}
