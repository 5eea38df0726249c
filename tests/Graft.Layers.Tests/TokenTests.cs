using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Inference;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Layers.Tests;

/// <summary>Layers and plans on <c>[batch, tokens, channels]</c>, against the same oracles as rows.</summary>
public sealed class TokenTests
{
    private static readonly Shape Tokens = new(2, 3, 5);

    [Fact]
    public void Dense_maps_each_token()
    {
        using var layer = new Dense(5, 7);
        Check(layer, (input, parameters) => DenseOracle.Apply(input, parameters[0], parameters[1]));
    }

    [Fact]
    public void Softmax_is_over_the_channels_of_each_token()
    {
        using var layer = new Softmax();
        Check(layer, (input, _) => ClassificationOracle.Softmax(input));
        using var logarithm = new LogSoftmax();
        Check(logarithm, (input, _) =>
        {
            var output = ClassificationOracle.Softmax(input);
            for (var i = 0; i < output.Values.Length; i++)
                output.Values[i] = Math.Log(output.Values[i]);
            return output;
        });
    }

    [Fact]
    public void The_mean_is_over_the_tokens()
    {
        using var layer = new GlobalAveragePooling1D();
        using var input = RandomTensors.Uniform(Tokens, new DeterministicRandom(4));
        LayerHarness.Check(layer, [input], (inputs, _) =>
        {
            var output = new DoubleTensor(2, 5);
            for (var i = 0; i < inputs[0].Values.Length; i++)
                output[i / 15, i % 5] += inputs[0].Values[i] / 3;
            return output;
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batch_normalization_counts_each_token(bool training)
    {
        using var layer = new BatchNormalization(5);
        RandomTensors.FillUniform(layer.Weight.Value.Span, new DeterministicRandom(1));
        RandomTensors.FillUniform(layer.RunningMean.Value.Span, new DeterministicRandom(2));
        Check(
            layer,
            (input, parameters) =>
            {
                var (mean, variance) = training
                    ? NormalizationOracle.Statistics(input)
                    : (parameters[2], parameters[3]);
                return NormalizationOracle.Apply(input, parameters[0], parameters[1], mean, variance, 1e-5);
            },
            training
        );
    }

    [Fact]
    public void A_network_of_tokens_is_planned_trained_and_cut()
    {
        using var network = new Network(new Shape(3, 5));
        network.Add("expand", new Dense(5, 8));
        network.Add("norm", new BatchNormalization(8));
        network.Add("act", new Swish());
        network.Add("project", new Dense(8, 5));
        network.Add("sum", new Add(), "project", Network.InputName);
        network.Add("relu", new ReLU());
        network.Add("flat", new Flatten());
        network.Add("fc", new Dense(15, 2));
        var random = new DeterministicRandom(5);
        foreach (var (_, parameter) in network.Parameters.Where(pair => pair.Value.Role == ParameterRole.Weight))
            RandomTensors.FillUniform(parameter.Value.Span, random);
        using var input = RandomTensors.Uniform(new Shape(4, 3, 5), random);
        using var workers = new WorkerPool(2);
        using var pass = network.Forward(input, new PassOptions { Workers = workers, KeepOutputs = true });
        foreach (var node in network.Nodes)
        {
            using var plan = InferencePlan.Compile(network, node.Name);
            using var runner = plan.CreateRunner(4, workers);
            using var output = runner.Run(input);
            Closeness.Demand(DoubleTensor.From(pass.OutputOf(node.Name)), output, 1e-5, node.Name);
        }

        using var whole = InferencePlan.Compile(network);
        Assert.Contains("expand: Dense + BatchNormalization", whole.Steps);
        Assert.Contains("project: Dense + Add + ReLU", whole.Steps);
        Assert.Contains("[3, 8]", NetworkSummary.Summary(network), StringComparison.Ordinal);
        using var head = network.SplitAfter("relu");
        Assert.Equal(new Shape(3, 5), network.OutputShape);
        Assert.Equal(new Shape(3, 5), head.InputShape);
    }

    /// <summary>Checks a layer on tokens against an oracle of rows.</summary>
    private static void Check(
        Layer layer,
        Func<DoubleTensor, DoubleTensor[], DoubleTensor> ofRows,
        bool training = false
    )
    {
        var random = new DeterministicRandom(3);
        foreach (var parameter in layer.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight))
            RandomTensors.FillUniform(parameter.Value.Span, random);
        using var input = RandomTensors.Uniform(Tokens, random);
        LayerHarness.Check(
            layer,
            [input],
            (inputs, parameters) =>
            {
                var rows = new DoubleTensor(6, 5);
                inputs[0].Values.CopyTo(rows.Values, 0);
                var results = ofRows(rows, [.. parameters]);
                var output = new DoubleTensor(2, 3, results.Shape[1]);
                results.Values.CopyTo(output.Values, 0);
                return output;
            },
            training
        );
    }
}
