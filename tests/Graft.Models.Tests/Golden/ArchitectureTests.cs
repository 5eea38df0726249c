using Graft.Layers.Autograd;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests.Golden;

/// <summary>Every architecture against what torchvision computes with the same seeded weights.</summary>
public sealed class ArchitectureTests
{
    public static TheoryData<string> Ordinary =>
        [.. GoldenNetworks.Names.Where(static name => !GoldenNetworks.IsLarge(name))];

    public static TheoryData<string> Large => [.. GoldenNetworks.Names.Where(GoldenNetworks.IsLarge)];

    [Fact]
    public void There_are_golden_numbers_for_every_architecture() =>
        Assert.Equal(Architectures.All.Select(architecture => architecture.Name), GoldenNetworks.Names);

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void Layers_and_plan_give_the_features_and_logits_of_torchvision(string name) => Check(name);

    [Theory]
    [MemberData(nameof(Large))]
    [Trait("Category", "Slow")] // half a gigabyte each
    public void Layers_and_plan_of_large_networks_give_the_features_and_logits_of_torchvision(string name) =>
        Check(name);

    private static void Check(string name)
    {
        var golden = GoldenNetworks.Of(name);
        var architecture = Architectures.Find(name);
        var size = golden.GetProperty("size").GetInt32();
        using var workers = new WorkerPool(2);
        using var network = architecture.Build(architecture.Preprocessing.WithSize(size));
        SeededParameters.Fill(network);
        using var image = GoldenNetworks.SyntheticImage(size);
        using var pass = network.Forward(image, new PassOptions { Workers = workers, KeepOutputs = true });
        GoldenNetworks.Demand(
            golden.GetProperty("logits"),
            pass.OutputOf(architecture.LogitsNode),
            1e-4,
            $"{name}, logits of the layers"
        );
        if (network.Contains(architecture.PooledFeatures))
            GoldenNetworks.Demand(
                golden.GetProperty("pooled"),
                pass.OutputOf(architecture.PooledFeatures),
                1e-4,
                $"{name}, features of the layers"
            );
        if (name.StartsWith("vgg", StringComparison.Ordinal) && name != "vgg16")
        {
            // All VGGs have the same classifier; packing its half a gigabyte for one of them is enough.
            network.CutAt(architecture.SpatialFeatures);
            using var map = Run(network, image, workers);
            Assert.InRange(
                Closeness.RelativeDistance(pass.OutputOf(architecture.SpatialFeatures).Span, map.Span),
                0,
                1e-4
            );
            return;
        }

        using (var output = Run(network, image, workers))
            GoldenNetworks.Demand(golden.GetProperty("logits"), output, 1e-4, $"{name}, logits of the plan");
        if (GoldenNetworks.IsLarge(name))
            return;
        architecture.CutAtFeatures(network, architecture.PooledFeatures);
        using var features = Run(network, image, workers);
        GoldenNetworks.Demand(golden.GetProperty("pooled"), features, 1e-4, $"{name}, features of the plan");
    }

    private static Tensor Run(Network network, Tensor image, WorkerPool workers)
    {
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(1, workers);
        return runner.Run(image);
    }
}
