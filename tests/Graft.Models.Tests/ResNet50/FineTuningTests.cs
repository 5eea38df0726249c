using System.Text.Json;
using Graft.Imaging;
using Graft.Layers.Autograd;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests.ResNet50;

/// <summary>
/// Twenty optimizer steps on the last stage and a new head, against losses of PyTorch; make_fine_tuning.py made them.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FineTuningTests
{
    private const int Side = 64;
    private const int Classes = 3;

    private static readonly int[] Labels = [0, 1, 2, 1];

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamW")]
    [InlineData("rmsProp")]
    public void Twenty_steps_on_the_last_stage_have_the_losses_of_PyTorch(string name)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ResNet50", "fine-tuning.json"));
        var expected = JsonDocument
            .Parse(text)
            .RootElement.GetProperty(name)
            .EnumerateArray()
            .Select(loss => loss.GetDouble())
            .ToArray();
        Assert.Equal(20, expected.Length);
        using var network = Build();
        using var workers = new WorkerPool(2);
        using var trainable = new TrainableNetwork(network, workers, Labels.Length);
        using var images = SyntheticImages();

        // What is frozen says the same in every step.
        using var boundary = trainable.ForwardFrozen(images);
        using var optimizer = Make(name, network, workers);
        for (var step = 0; step < expected.Length; step++)
        {
            using var pass = trainable.ForwardFromBoundary(
                boundary,
                new PassOptions { Workers = workers, Training = true }
            );
            var loss = CrossEntropyLoss.Compute(pass, Labels);
            Assert.True(
                Math.Abs(expected[step] - loss.Value) <= 1e-4 * Math.Max(1, expected[step]),
                $"{name}, step {step}: the loss is {loss.Value}, {expected[step]} was expected"
            );
            optimizer.ZeroGradients();
            loss.Backward();
            optimizer.Step();
        }
    }

    private static Network Build()
    {
        var network = Architectures.Find("resnet50").Build(Preprocessing.Caffe(Side));
        var store = new ModelStore(GraftHome.Locate());
        if (NodeJs.WhyUnavailable("ResNet-50's weights", store.IsPulled("resnet50")) is { } missing)
            Assert.Skip(missing);
        try
        {
            using var weights = store.OpenWeights("resnet50");
            NetworkWeights.Load(network, weights);
        }
        catch (PullException exception)
        {
            Assert.Skip($"The weights cannot be fetched: {exception.Message}");
        }

        network.CutAt("avgpool");
        network.Freeze();
        network.UnfreezeStage("layer4");
        var head = new Dense(2048, Classes);
        for (var i = 0; i < head.Weight.Value.Length; i++)
            head.Weight.Value.Span[i] = (float)(((((uint)((i + 1L) * 2654435761L)) >> 8) / 8388608.0 - 1) * 0.03);
        network.Add("head.logits", head);
        return network;
    }

    private static Optimizer Make(string name, Network network, WorkerPool workers) =>
        name switch
        {
            "sgd" => new Sgd(network.Parameters, 2e-4, 0.9, weightDecay: 1e-4, workers: workers),
            "adam" => new Adam(network.Parameters, 1e-5, workers: workers),
            "adamW" => new AdamW(network.Parameters, 1e-5, weightDecay: 0.05, workers: workers),
            _ => new RmsProp(network.Parameters, 1e-6, workers: workers),
        };

    /// <summary>RGB bytes from integers alone, the same in make_fine_tuning.py.</summary>
    private static Tensor SyntheticImages()
    {
        var images = Tensor.Uninitialized(new Shape(Labels.Length, Side, Side, 3));
        for (var i = 0; i < images.Length; i++)
        {
            var (n, y, x, c) = (i / (Side * Side * 3), i / (Side * 3) % Side, i / 3 % Side, i % 3);
            images.Span[i] = ((x * y * (c + 1) * (n + 1) / 16) + (3 * x * (n + 2)) + (5 * y * c)) % 256;
        }

        return images;
    }
}
