using Graft.Layers.Autograd;
using Graft.Layers.Networks;
using Graft.Layers.Regularization;
using Graft.Tensors;

namespace Graft.Layers.Tests;

public sealed class DropoutTests
{
    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    public void About_the_rate_is_dropped_and_the_rest_scaled_to_keep_the_sum(float rate)
    {
        var output = Run(rate, seed: 1);
        var dropped = output.Count(value => value == 0) / (double)output.Length;

        // Five standard deviations of a binomial share of 100,000.
        Assert.InRange(
            dropped,
            rate - (5 * Math.Sqrt(rate * (1 - rate) / output.Length)),
            rate + (5 * Math.Sqrt(rate * (1 - rate) / output.Length))
        );
        Assert.All(output.Where(value => value != 0), value => Assert.Equal(3 / (1 - rate), value, 1e-5f));
    }

    [Fact]
    public void The_seed_decides_what_is_dropped()
    {
        Assert.Equal(Run(0.5f, seed: 1), Run(0.5f, seed: 1));
        Assert.NotEqual(Run(0.5f, seed: 1), Run(0.5f, seed: 2));
    }

    [Fact]
    public void The_gradient_passes_where_the_value_did()
    {
        using var network = new Network(new Shape(1000));
        network.Add("dropout", new Dropout(0.4f));
        using var input = Tensor.Uninitialized(new Shape(2, 1000));
        input.Span.Fill(1);
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(
            input,
            new PassOptions
            {
                Workers = workers,
                Training = true,
                Random = new DeterministicRandom(3),
                InputGradient = true,
            }
        );
        pass.Backward(input);
        Assert.Equal(pass.Output.Span.ToArray(), pass.InputGradient!.Span.ToArray());
    }

    [Fact]
    public void Training_without_random_numbers_is_an_error_that_says_what_to_give()
    {
        using var network = new Network(new Shape(10));
        network.Add("dropout", new Dropout(0.4f));
        using var input = Tensor.Zeros(new Shape(1, 10));
        using var workers = new WorkerPool(1);
        var error = Assert.Throws<InvalidOperationException>(() =>
            network.Forward(input, new PassOptions { Workers = workers, Training = true })
        );
        Assert.Contains("PassOptions.Random", error.Message, StringComparison.Ordinal);
    }

    private static float[] Run(float rate, ulong seed)
    {
        using var network = new Network(new Shape(100_000));
        network.Add("dropout", new Dropout(rate));
        using var input = Tensor.Uninitialized(new Shape(1, 100_000));
        input.Span.Fill(3);
        using var workers = new WorkerPool(2);
        using var pass = network.Forward(
            input,
            new PassOptions
            {
                Workers = workers,
                Training = true,
                Random = new DeterministicRandom(seed),
            }
        );
        return pass.Output.Span.ToArray();
    }
}
