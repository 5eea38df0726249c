using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Layers.Tests;

/// <summary>
/// Batch normalisation in its modes: with running statistics, with those of the batch, and with statistics that are
/// frozen.
/// </summary>
public sealed class BatchNormalizationTests
{
    [Fact]
    public void Batch_normalization_that_evaluates_uses_running_statistics()
    {
        using var layer = Normalization(4);
        Check(layer, new Shape(2, 3, 3, 4), (inputs, parameters) =>
            NormalizationOracle.Apply(inputs[0], parameters[0], parameters[1], parameters[2], parameters[3], 1e-3)
        );
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(6, 1)]
    public void Batch_normalization_that_trains_uses_the_batchs_statistics(int batch, int size)
    {
        using var layer = Normalization(4);
        Check(
            layer,
            new Shape(batch, size, size, 4),
            (inputs, parameters) =>
            {
                var (mean, variance) = NormalizationOracle.Statistics(inputs[0]);
                return NormalizationOracle.Apply(inputs[0], parameters[0], parameters[1], mean, variance, 1e-3);
            },
            training: true
        );
    }

    [Fact]
    public void Batch_normalization_with_frozen_statistics_trains_weight_and_bias_alone()
    {
        using var layer = Normalization(4);
        layer.StatisticsFrozen = true;
        var before = (layer.RunningMean.Value.Span.ToArray(), layer.RunningVariance.Value.Span.ToArray());
        Check(
            layer,
            new Shape(2, 3, 3, 4),
            (inputs, parameters) =>
                NormalizationOracle.Apply(inputs[0], parameters[0], parameters[1], parameters[2], parameters[3], 1e-3),
            training: true
        );
        Assert.True(Closeness.SameBits(before.Item1, layer.RunningMean.Value.Span));
        Assert.True(Closeness.SameBits(before.Item2, layer.RunningVariance.Value.Span));
    }

    [Fact]
    public void Batch_normalization_without_trainable_parameters_is_frozen_while_training()
    {
        using var layer = Normalization(4);
        foreach (var parameter in layer.Parameters)
            parameter.Trainable = false;
        var before = layer.Parameters.Select(parameter => parameter.Value.Span.ToArray()).ToArray();
        Check(
            layer,
            new Shape(2, 3, 3, 4),
            (inputs, parameters) =>
                NormalizationOracle.Apply(inputs[0], parameters[0], parameters[1], parameters[2], parameters[3], 1e-3),
            training: true
        );
        for (var i = 0; i < before.Length; i++)
        {
            Assert.True(Closeness.SameBits(before[i], layer.Parameters[i].Value.Span));
            Assert.Null(layer.Parameters[i].Gradient);
        }
    }

    [Fact]
    public void Training_moves_the_running_statistics_towards_the_batchs()
    {
        using var layer = new BatchNormalization(2, momentum: 0.75f);
        using var input = Tensor.From(new Shape(4, 2), [1, 10, 2, 20, 3, 30, 6, 40]);
        using var output = Tensor.Uninitialized(input.Shape);
        using var workers = new WorkerPool(1);
        var pass = new LayerPass([input], output, workers) { Training = true };
        layer.Forward(pass);
        pass.Saved?.Dispose();

        // Means 3 and 25; unbiased variances 14 / 3 and 500 / 3.
        Closeness.Demand([0.25 * 3, 0.25 * 25], layer.RunningMean.Value.Span, 1e-6, "running mean");
        Closeness.Demand(
            [0.75 + (0.25 * 14 / 3), 0.75 + (0.25 * 500 / 3)],
            layer.RunningVariance.Value.Span,
            1e-6,
            "running variance"
        );
    }

    private static BatchNormalization Normalization(int channels)
    {
        var layer = new BatchNormalization(channels, 1e-3f);
        var random = new DeterministicRandom(21);
        foreach (var parameter in layer.Parameters)
            RandomTensors.FillUniform(parameter.Value.Span, random);
        foreach (ref var variance in layer.RunningVariance.Value.Span)
            variance = 0.5f + Math.Abs(variance);
        return layer;
    }

    private static void Check(BatchNormalization layer, Shape shape, LayerOracle oracle, bool training = false)
    {
        using var input = RandomTensors.Distinct(shape, new DeterministicRandom(17));
        LayerHarness.Check(layer, [input], oracle, training);
    }
}
