using Graft.Layers.Activations;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Layers.Tests;

public sealed class LogSoftmaxTests
{
    [Fact]
    public void It_is_the_logarithm_of_softmax()
    {
        using var layer = new LogSoftmax();
        using var input = RandomTensors.Uniform(new Shape(3, 5), new DeterministicRandom(3));
        LayerHarness.Check(layer, [input], (inputs, _) =>
        {
            var output = ClassificationOracle.Softmax(inputs[0]);
            for (var i = 0; i < output.Values.Length; i++)
                output.Values[i] = Math.Log(output.Values[i]);
            return output;
        });
    }

    [Fact]
    public void Extreme_logits_stay_finite()
    {
        using var layer = new LogSoftmax();
        using var input = Tensor.From(new Shape(1, 3), [1e4f, -1e4f, 1e4f]);
        using var output = Tensor.Uninitialized(input.Shape);
        using var workers = new WorkerPool(1);
        layer.Forward(new LayerPass([input], output, workers));
        Closeness.Demand([-Math.Log(2), -2e4 - Math.Log(2), -Math.Log(2)], output.Span, 1e-7, "logarithms");
    }
}
