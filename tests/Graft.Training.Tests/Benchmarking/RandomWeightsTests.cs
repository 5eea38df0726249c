using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Training.Benchmarking;

namespace Graft.Training.Tests.Benchmarking;

public sealed class RandomWeightsTests
{
    public static TheoryData<string> Backbones => [.. BenchmarkBackbones.Names];

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Features_are_of_ordinary_size_and_differ_between_images(string backbone)
    {
        using var network = BenchmarkBackbones.Build(backbone, Math.Max(64, Architectures.Find(backbone).SmallestSize));
        var features = Features(network);
        var (first, second) = (features[..(features.Length / 2)], features[(features.Length / 2)..]);
        var size = Math.Sqrt(features.Average(value => (double)value * value));
        Assert.InRange(size, 0.05, 100);
        var difference = first.Zip(second).Average(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(difference > size / 1000, $"size {size}, difference {difference}");
        Assert.InRange(features.Count(value => value != 0) / (double)features.Length, 0.1, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights()
    {
        using var one = BenchmarkBackbones.Build("resnet50", 32, 7);
        using var same = BenchmarkBackbones.Build("resnet50", 32, 7);
        using var other = BenchmarkBackbones.Build("resnet50", 32, 8);
        Assert.Equal(NetworkDigest.Compute(one, one.OutputName), NetworkDigest.Compute(same, same.OutputName));
        Assert.NotEqual(NetworkDigest.Compute(one, one.OutputName), NetworkDigest.Compute(other, other.OutputName));
    }

    private static float[] Features(Network network)
    {
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(2, workers);
        using var pixels = RandomWeights.Pixels(2, network.InputShape);
        using var output = runner.Run(pixels);
        return output.Span.ToArray();
    }
}
