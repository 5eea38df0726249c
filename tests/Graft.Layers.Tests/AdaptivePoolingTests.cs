using Graft.Layers.Pooling;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Layers.Tests;

/// <summary>
/// Pooling whose windows follow from the output's size, and pooling that counts a last, incomplete window.
/// </summary>
public sealed class AdaptivePoolingTests
{
    [Theory]
    [InlineData(4, 6, 1, 1)]
    [InlineData(4, 6, 2, 3)]
    [InlineData(5, 7, 3, 2)]
    [InlineData(2, 3, 4, 7)] // more windows than pixels
    [InlineData(4, 5, 4, 5)]
    public void Windows_cover_the_image_evenly(int height, int width, int rows, int columns)
    {
        using var layer = new AdaptiveAveragePooling2D(rows, columns);
        using var input = RandomTensors.Distinct(new Shape(2, height, width, 3), new DeterministicRandom(5));
        LayerHarness.Check(layer, [input], (inputs, _) => PoolingOracle.AdaptiveAverage(inputs[0], rows, columns));
    }

    /// <summary>
    /// Height, width, window, stride, padding, and how many windows torch.nn.MaxPool2d(..., ceil_mode=True)
    /// has (PyTorch 1.13).
    /// </summary>
    [Theory]
    [InlineData(6, 3, 2, 0, 3)]
    [InlineData(7, 3, 2, 0, 3)]
    [InlineData(8, 3, 2, 1, 5)]
    [InlineData(2, 3, 2, 0, 1)]
    [InlineData(3, 2, 2, 1, 2)] // a third window would begin in the padding
    [InlineData(5, 1, 3, 0, 2)] // so would this one, behind the image
    [InlineData(5, 2, 3, 0, 2)]
    public void A_last_window_that_begins_inside_counts(int size, int window, int stride, int padding, int expected)
    {
        var options = new Pooling2DOptions
        {
            Height = window,
            Width = window,
            Stride = stride,
            Padding = Padding2D.Around(padding),
            RoundUp = true,
        };
        using var maximum = new MaxPooling2D(options);
        using var average = new AveragePooling2D(options);
        var shape = new Shape(2, size, size, 2);
        Assert.Equal(new Shape(2, expected, expected, 2), maximum.OutputShape([shape]));

        // The same as with as much padding behind the image as the last window needs, which no result sees.
        var behind = ((expected - 1) * stride) + window - size - padding;
        var same = new Window(window, window)
        {
            StrideHeight = stride,
            StrideWidth = stride,
            Padding = new Padding2D(padding, padding, behind, behind),
        };
        using var input = RandomTensors.Distinct(shape, new DeterministicRandom(6));
        LayerHarness.Check(maximum, [input], (inputs, _) => PoolingOracle.Maximum(inputs[0], same));
        LayerHarness.Check(average, [input], (inputs, _) => PoolingOracle.Average(inputs[0], same));
    }

    [Fact]
    public void An_image_too_small_even_for_an_incomplete_window_is_refused()
    {
        using var layer = new MaxPooling2D(
            new()
            {
                Height = 5,
                Width = 5,
                Stride = 2,
                RoundUp = true,
            }
        );
        Assert.Contains(
            "5x5 window",
            Assert.Throws<ArgumentException>(() => layer.OutputShape([new Shape(1, 2, 8, 1)])).Message,
            StringComparison.Ordinal
        );
    }
}
