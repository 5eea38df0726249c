using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests;

public sealed class MeanImageTests
{
    [Fact]
    public void Each_image_of_a_batch_loses_the_mean_of_each_place()
    {
        using var layer = new MeanImageSubtraction(4, 5, 3);
        var random = new DeterministicRandom(1);
        using var mean = RandomTensors.Uniform(new Shape(4, 5, 3), random);
        layer.SetMean(mean);
        using var input = RandomTensors.Uniform(new Shape(2, 4, 5, 3), random);
        LayerHarness.Check(layer, [input], (inputs, parameters) =>
        {
            var output = new DoubleTensor(2, 4, 5, 3);
            for (var i = 0; i < output.Values.Length; i++)
                output.Values[i] = inputs[0].Values[i] - parameters[0].Values[i % 60];
            return output;
        });
    }

    /// <summary>A plane stays a plane: what is between the outer pixels' centres is interpolated without error.</summary>
    [Theory]
    [InlineData(8, 6)]
    [InlineData(3, 2)]
    [InlineData(4, 5)]
    public void A_mean_image_of_another_size_is_resized(int height, int width)
    {
        using var image = Tensor.Uninitialized(new Shape(4, 5, 2));
        for (var i = 0; i < image.Length; i++)
            image.Span[i] = Plane(i / 10 + 0.5, i / 2 % 5 + 0.5, i % 2);
        using var layer = new MeanImageSubtraction(height, width, 2);
        layer.SetMean(image);
        for (var i = 0; i < layer.Mean.Value.Length; i++)
        {
            var y = (i / (2 * width) + 0.5) * 4 / height;
            var x = (i / 2 % width + 0.5) * 5 / width;
            Assert.Equal(
                Plane(Math.Clamp(y, 0.5, 3.5), Math.Clamp(x, 0.5, 4.5), i % 2),
                layer.Mean.Value.Span[i],
                1e-4f
            );
        }

        static float Plane(double y, double x, int channel) => (float)(100 + (7 * y) - (3 * x) + (50 * channel));
    }

    [Fact]
    public void Other_channels_and_images_of_other_sizes_are_refused()
    {
        using var layer = new MeanImageSubtraction(4, 5, 3);
        using var grey = Tensor.Zeros(new Shape(4, 5, 1));
        Assert.Contains("[height, width, 3]", Assert.Throws<ArgumentException>(() => layer.SetMean(grey)).Message);
        Assert.Contains(
            "[batch, 4, 5, 3]",
            Assert.Throws<ArgumentException>(() => layer.OutputShape([new Shape(1, 5, 4, 3)])).Message
        );
    }
}
