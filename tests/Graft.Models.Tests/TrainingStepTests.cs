using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Pooling;
using Graft.Models.Networks;
using Graft.Models.Tests.Golden;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests;

/// <summary>Every architecture makes one step forward and backward on tiny images.</summary>
public sealed class TrainingStepTests
{
    public static TheoryData<string> Ordinary =>
        [.. GoldenNetworks.Names.Where(static name => !GoldenNetworks.IsLarge(name))];

    public static TheoryData<string> Large => [.. GoldenNetworks.Names.Where(GoldenNetworks.IsLarge)];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void A_step_gives_every_parameter_a_finite_gradient(string name) => Step(name);

    [Theory]
    [MemberData(nameof(Large))]
    [Trait("Category", "Slow")] // a gigabyte each
    public void A_step_of_a_large_network_gives_every_parameter_a_finite_gradient(string name) => Step(name);

    private static void Step(string name)
    {
        var architecture = Architectures.Find(name);
        var size = Math.Max(32, architecture.SmallestSize);
        using var network = architecture.Build(architecture.Preprocessing.WithSize(size), classes: 5);
        if (name.StartsWith("vgg", StringComparison.Ordinal) && name != "vgg16")
        {
            // All VGGs have the same classifier of half a gigabyte, and one of them trains it; the others get a small
            // head.
            network.CutAt(architecture.SpatialFeatures);
            network.Add("pool", new GlobalAveragePooling2D());
            network.Add("head", new Dense(network.OutputShape[0], 5));
        }

        SeededParameters.Fill(network);
        using var images = RandomTensors.Uniform(new Shape(2, size, size, 3), new DeterministicRandom(8));
        foreach (ref var value in images.Span)
            value = MathF.Round(127.5f * (value + 1));
        using var workers = new WorkerPool(2);
        using var pass = network.Forward(
            images,
            new PassOptions
            {
                Workers = workers,
                Training = true,
                Random = new DeterministicRandom(9),
            }
        );
        var loss = CrossEntropyLoss.Compute(pass, [1, 3]);
        Assert.True(double.IsFinite(loss.Value), $"loss {loss.Value}");
        loss.Backward();
        var trainable = network.Parameters.Where(pair => pair.Value.Trainable).ToArray();
        foreach (var (parameter, value) in trainable)
        {
            Assert.NotNull(value.Gradient);
            Assert.True(IsFinite(value.Gradient.Span), parameter);
        }

        // What is behind a rectifier that is closed for both images, or before a normalisation of equal values, may get
        // none.
        Assert.InRange(
            trainable.Count(pair => pair.Value.Gradient!.Span.ContainsAnyExcept(0f)),
            0.9 * trainable.Length,
            trainable.Length
        );
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
