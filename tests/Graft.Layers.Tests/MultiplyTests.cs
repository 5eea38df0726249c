using Graft.Layers.Merging;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests;

public sealed class MultiplyTests
{
    [Theory]
    [InlineData(2, 3, 4, 5)]
    [InlineData(1, 2, 2, 37)]
    public void Product_of_equal_shapes(int batch, int height, int width, int channels)
    {
        using var layer = new Multiply();
        Check(
            layer,
            new Shape(batch, height, width, channels),
            new Shape(batch, height, width, channels),
            static (index, _) => index
        );
    }

    [Theory]
    [InlineData(2, 3, 4, 5)]
    [InlineData(3, 2, 1, 37)]
    public void A_factor_for_each_channel_of_each_image(int batch, int height, int width, int channels)
    {
        using var layer = new Multiply();
        Check(layer, new Shape(batch, height, width, channels), new Shape(batch, 1, 1, channels), (index, shape) =>
            (index / (height * width * channels) * channels) + (index % channels)
        );
    }

    [Fact]
    public void Rows()
    {
        using var layer = new Multiply();
        Check(layer, new Shape(3, 7), new Shape(3, 7), static (index, _) => index);
    }

    private static void Check(Multiply layer, Shape left, Shape right, Func<int, Shape, int> factorOf)
    {
        var random = new DeterministicRandom(11);
        using var input = RandomTensors.Uniform(left, random);
        using var factors = RandomTensors.Uniform(right, random);
        LayerHarness.Check(layer, [input, factors], (inputs, _) =>
        {
            var output = new DoubleTensor(left);
            for (var i = 0; i < output.Values.Length; i++)
                output.Values[i] = inputs[0].Values[i] * inputs[1].Values[factorOf(i, left)];
            return output;
        });
    }
}
