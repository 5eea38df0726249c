using Graft.Layers.Autograd;
using Graft.Layers.Networks;
using Graft.Layers.Regularization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests;

public sealed class StochasticDepthTests : IDisposable
{
    private const int Images = 10_000;

    private readonly WorkerPool _workers = new(1);
    private readonly Tensor _ones = Tensor.Uninitialized(new Shape(Images, 3));

    public StochasticDepthTests() => _ones.Span.Fill(1);

    public void Dispose()
    {
        _workers.Dispose();
        _ones.Dispose();
    }

    [Fact]
    public void It_changes_nothing_unless_it_trains()
    {
        using var layer = new StochasticDepth(0.5f);
        using var input = RandomTensors.Uniform(new Shape(4, 3, 2), new DeterministicRandom(1));
        LayerHarness.Check(layer, [input], (inputs, _) => inputs[0]);
    }

    [Theory]
    [InlineData(0.2f)]
    [InlineData(0.5f)]
    public void Images_are_dropped_whole_and_the_rest_scaled_to_keep_the_mean(float rate)
    {
        using var pass = Run(rate, seed: 1);
        var factors = Enumerable.Range(0, Images).Select(image => pass.Output.Rows(image).ToArray()).ToArray();
        Assert.All(factors, values => Assert.Single(values.Distinct()));
        Assert.Equal([0, 1 / (1 - rate)], factors.Select(values => values[0]).Distinct().Order());

        // Five standard deviations of a binomial share.
        var reach = 5 * Math.Sqrt(rate * (1 - rate) / Images);
        Assert.InRange(factors.Count(values => values[0] == 0) / (double)Images, rate - reach, rate + reach);
    }

    [Fact]
    public void The_gradient_passes_where_the_value_did()
    {
        using var pass = Run(0.3f, seed: 2);
        pass.Backward(_ones);
        Assert.Equal(pass.Output.Span.ToArray(), pass.InputGradient!.Span.ToArray());
    }

    [Fact]
    public void Training_without_random_numbers_is_an_error_that_says_what_to_give()
    {
        using var network = Network(0.3f);
        var error = Assert.Throws<InvalidOperationException>(() =>
            network.Forward(_ones, new PassOptions { Workers = _workers, Training = true })
        );
        Assert.Contains("PassOptions.Random", error.Message, StringComparison.Ordinal);
    }

    private NetworkPass Run(float rate, ulong seed) =>
        Network(rate)
            .Forward(
                _ones,
                new PassOptions
                {
                    Workers = _workers,
                    Training = true,
                    Random = new DeterministicRandom(seed),
                    InputGradient = true,
                }
            );

    private static Network Network(float rate)
    {
        var network = new Network(new Shape(3));
        network.Add("depth", new StochasticDepth(rate));
        return network;
    }
}
