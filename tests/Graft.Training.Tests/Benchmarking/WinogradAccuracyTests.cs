using Graft.Layers.Inference;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;
using Graft.Training.Benchmarking;

namespace Graft.Training.Tests.Benchmarking;

public sealed class WinogradAccuracyTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Slow")]
    public void The_features_of_a_whole_network_are_those_of_double_precision()
    {
        // Maps of 20, 10 and 5: tiles of all sizes.
        using var network = BenchmarkBackbones.Build("resnet50", 80);
        using var pixels = RandomWeights.Pixels(1, network.InputShape);
        using var workers = new WorkerPool(2);
        var expected = NetworkOracle.Apply(network, DoubleTensor.From(pixels));
        var exact = Error(new PlanOptions { Exact = true });
        var fast = Error(new PlanOptions());
        output.WriteLine($"relative error of features: {exact:E2} exact, {fast:E2} with Winograd's algorithm");

        // What the documentation promises.
        Assert.InRange(exact, 1e-9, 5e-6);
        Assert.InRange(fast, 1e-9, 2e-5);
        Assert.NotEqual(exact, fast);

        double Error(PlanOptions options)
        {
            using var plan = InferencePlan.Compile(network, options: options);
            using var runner = plan.CreateRunner(1, workers);
            using var features = runner.Run(pixels);
            var (difference, norm) = (0.0, 0.0);
            for (var i = 0; i < features.Length; i++)
            {
                difference += Math.Pow(features.Span[i] - expected.Values[i], 2);
                norm += Math.Pow(expected.Values[i], 2);
            }

            return Math.Sqrt(difference / norm);
        }
    }
}
