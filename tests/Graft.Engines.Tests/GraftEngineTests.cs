using Graft.Layers.Activations;
using Graft.Layers.Inference;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Engines.Tests;

public sealed class GraftEngineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_the_inference_plan(bool exact)
    {
        var engine = exact ? GraftEngine.Exact : GraftEngine.Default;
        using var network = new Network(new Shape(5));
        network.Add("dense", new Dense(5, 4));
        network.Add("relu", new ReLU());
        RandomTensors.FillUniform(network["dense"].Layer.Parameters[0].Value.Span, new(1));
        using var input = RandomTensors.Uniform(new Shape(3, 5), new(2));
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network, "dense", new() { Exact = exact });
        using var compiled = engine.Compile(network, "dense");
        Assert.Equal((plan.InputShape, plan.OutputShape), (compiled.InputShape, compiled.OutputShape));
        Assert.Equal(plan.Numerics, compiled.Numerics);
        Assert.Equal(plan.Numerics, engine.Numerics);
        using var expected = plan.CreateRunner(3, workers).Run(input);
        using var runner = compiled.CreateRunner(3, workers);
        using var actual = runner.Run(input);
        Assert.Equal(3, runner.MaximumBatch);
        Assert.Contains(expected.Span.ToArray(), value => value < 0);
        Assert.True(Closeness.SameBits(expected.Span, actual.Span));
    }

    [Fact]
    public void Both_kinds_of_arithmetic_have_different_keys() =>
        Assert.NotEqual(GraftEngine.Default.Numerics, GraftEngine.Exact.Numerics);
}
