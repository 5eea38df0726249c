using System.Text.Json;
using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Reference;

/// <summary>
/// Losses, optimizers and schedules against numbers that PyTorch computed; make_training.py made them.
/// </summary>
public sealed class TrainingTests
{
    private static readonly int[] Labels = [0, 1, 2, 1, 0, 2, 2, 1];

    private static readonly JsonElement Expected = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "training.json")))
        .RootElement;

    public static TheoryData<string> Optimizers =>
        [.. Expected.GetProperty("optimizers").EnumerateObject().Select(property => property.Name)];

    public static TheoryData<string> Schedules =>
        [.. Expected.GetProperty("schedules").EnumerateObject().Select(property => property.Name)];

    [Theory]
    [InlineData("logits")]
    [InlineData("probabilities")]
    [InlineData("log-probabilities")]
    public void Losses_with_smoothing_weights_and_shared_targets_whatever_the_head_ends_with(string ending)
    {
        var cases = Expected.GetProperty("losses").EnumerateArray().ToArray();
        Assert.Equal(8, cases.Length);
        foreach (var expected in cases)
        {
            var options = new CrossEntropyOptions
            {
                LabelSmoothing = expected.GetProperty("smoothing").GetDouble(),
                ClassWeights = expected.GetProperty("weights") is { ValueKind: JsonValueKind.Array } weights
                    ? Doubles(weights)
                    : null,
            };
            using var targets = expected.GetProperty("targets") is { ValueKind: JsonValueKind.Array } soft
                ? Tensor.From(new Shape(8, 3), Array.ConvertAll(Doubles(soft), value => (float)value))
                : null;
            using var network = new Network(new Shape(3));
            network.Add("logits", Identity(3));
            if (ending != "logits")
                network.Add(ending, ending == "probabilities" ? new Softmax() : new LogSoftmax());
            Check(expected, network, pass =>
                targets is null
                    ? CrossEntropyLoss.Compute(pass, Labels, options)
                    : CrossEntropyLoss.Compute(pass, targets, options)
            );
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_single_output_tells_two_classes_apart(bool withSigmoid)
    {
        var expected = Expected.GetProperty("binary");
        using var network = new Network(new Shape(1));
        network.Add("logit", Identity(1));
        if (withSigmoid)
            network.Add("probability", new Sigmoid());
        var labels = Array.ConvertAll(Doubles(expected.GetProperty("labels")), value => (int)value);
        Check(expected, network, pass => CrossEntropyLoss.Compute(pass, labels));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Twenty_steps_of_an_optimizer_on_a_head(string name)
    {
        var expected = Expected.GetProperty("optimizers").GetProperty(name);
        using var network = new Network(new Shape(32));
        network.Add("fc1", new Dense(32, 9));
        network.Add("relu", new ReLU());
        network.Add("fc2", new Dense(9, 3));
        var offset = 1;
        foreach (var (_, parameter) in network.Parameters)
            PyTorchTests.Numbers(parameter.Value.Length, offset++, 0.3).CopyTo(parameter.Value.Span);
        using var input = Tensor.From(new Shape(8, 32), PyTorchTests.Numbers(8 * 32, 100, 1));
        using var workers = new WorkerPool(2);
        using var optimizer = Make(name, network);
        var losses = new List<double>();
        for (var step = 0; step < 20; step++)
        {
            using var pass = network.Forward(input, new PassOptions { Workers = workers, Training = true });
            var loss = CrossEntropyLoss.Compute(pass, Labels);
            losses.Add(loss.Value);
            optimizer.ZeroGradients();
            loss.Backward();
            optimizer.Step();
        }

        var exact = Doubles(expected.GetProperty("losses"));
        Assert.Equal(exact.Length, losses.Count);
        for (var step = 0; step < exact.Length; step++)
            Assert.True(
                Math.Abs(exact[step] - losses[step]) <= 1e-4 * Math.Max(0.1, exact[step]),
                $"{name}, step {step}: {losses[step]} instead of {exact[step]}"
            );
        var weights = network
            .Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())
            .Where((_, i) => i % 16 == 0)
            .ToArray();
        Closeness.Demand(Doubles(expected.GetProperty("everySixteenthWeight")), weights, 1e-4, name);
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void A_schedule_gives_the_rates_of_every_step(string text)
    {
        var expected = Doubles(Expected.GetProperty("schedules").GetProperty(text));
        var schedule = LearningRateSchedule.Parse(text);
        Assert.Equal(schedule, LearningRateSchedule.Parse(schedule.ToString()!));
        for (var step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], schedule.Factor(new(step, 21, 7)), 1e-8);
    }

    [Fact]
    public void The_rate_falls_when_the_loss_no_longer_does()
    {
        var expected = Expected.GetProperty("plateau");
        var monitor = new PlateauMonitor(LearningRateSchedule.Parse("plateau:0.5:2").Plateau!);
        var rates = Doubles(expected.GetProperty("losses"))
            .Select(loss =>
            {
                monitor.Observe(loss);
                return monitor.Factor;
            });
        Assert.Equal(Doubles(expected.GetProperty("rates")), rates);
    }

    private static Optimizer Make(string name, Network network)
    {
        var all = network.Parameters;
        switch (name)
        {
            case "sgd":
                return new Sgd(all, 0.1);
            case "sgdMomentum":
                return new Sgd(all, 0.05, 0.9, weightDecay: 0.01);
            case "sgdNesterov":
                return new Sgd(all, 0.05, 0.9, nesterov: true, weightDecay: 0.01);
            case "adam":
                return new Adam(all, 0.01, weightDecay: 0.01);
            case "adamW":
                return new AdamW(all, 0.01, weightDecay: 0.1);
            case "rmsProp":
                return new RmsProp(all, 0.005, weightDecay: 0.01);
            case "rmsPropMomentum":
                return new RmsProp(all, 0.001, momentum: 0.9, weightDecay: 0.01);
            case "clipNorm":
                return new Sgd(all, 0.1, 0.9) { ClipNorm = 0.2 };
            case "clipValue":
                return new Sgd(all, 0.1, 0.9) { ClipValue = 0.01 };
            case "twoRates":
                return new Sgd(ParameterGroup.ByDepth(network, 0.1), 0.1, 0.9);
            default:
                throw new ArgumentException(name);
        }
    }

    /// <summary>A dense layer that gives its input back, so that the input's gradient is the logits'.</summary>
    private static Dense Identity(int size)
    {
        var dense = new Dense(size, size);
        for (var i = 0; i < size; i++)
            dense.Weight.Value.Span[i * (size + 1)] = 1;
        return dense;
    }

    private static void Check(JsonElement expected, Network network, Func<NetworkPass, CrossEntropyLoss> lossOf)
    {
        var columns = network.InputShape[0];
        using var input = Tensor.From(new Shape(8, columns), PyTorchTests.Numbers(8 * columns, 7, 3));
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(input, new PassOptions { Workers = workers, InputGradient = true });
        var loss = lossOf(pass);
        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.Value, 1e-6);
        loss.Backward();
        Closeness.Demand(Doubles(expected.GetProperty("gradient")), pass.InputGradient!.Span, 1e-7, "gradient");
    }

    private static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
