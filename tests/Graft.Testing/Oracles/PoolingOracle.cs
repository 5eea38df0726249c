namespace Graft.Testing.Oracles;

/// <summary>Pooling of NHWC images: lists the values of each window, then takes their maximum or mean.</summary>
public static class PoolingOracle
{
    /// <summary>The largest value of each window.</summary>
    /// <param name="input"><c>[b, h, w, c]</c>.</param>
    /// <param name="window">The window.</param>
    /// <param name="paddingIsZero">Whether pixels outside are zeros; otherwise they are left out.</param>
    public static DoubleTensor Maximum(DoubleTensor input, Window window, bool paddingIsZero = false) =>
        Reduce(input, window, paddingIsZero, values => values.Any(double.IsNaN) ? double.NaN : values.Max());

    /// <summary>The mean of each window.</summary>
    /// <param name="input"><c>[b, h, w, c]</c>.</param>
    /// <param name="window">The window.</param>
    /// <param name="countPadding">Whether pixels outside are zeros; otherwise they are left out.</param>
    public static DoubleTensor Average(DoubleTensor input, Window window, bool countPadding = false) =>
        Reduce(input, window, countPadding, values => values.Average());

    /// <summary>The mean of each channel: <c>[b, h, w, c]</c> to <c>[b, c]</c>.</summary>
    public static DoubleTensor GlobalAverage(DoubleTensor input)
    {
        var output = new DoubleTensor(input.Shape[0], input.Shape[3]);
        for (var b = 0; b < input.Shape[0]; b++)
        for (var y = 0; y < input.Shape[1]; y++)
        for (var x = 0; x < input.Shape[2]; x++)
        for (var c = 0; c < input.Shape[3]; c++)
            output[b, c] += input[b, y, x, c] / (input.Shape[1] * input.Shape[2]);
        return output;
    }

    /// <summary>The mean of each of a number of windows that cover the image as evenly as whole pixels allow.</summary>
    public static DoubleTensor AdaptiveAverage(DoubleTensor input, int height, int width)
    {
        var output = new DoubleTensor(input.Shape[0], height, width, input.Shape[3]);
        for (var b = 0; b < input.Shape[0]; b++)
        for (var i = 0; i < height; i++)
        for (var j = 0; j < width; j++)
        for (var c = 0; c < input.Shape[3]; c++)
        {
            var values = new List<double>();
            for (var y = 0; y < input.Shape[1]; y++)
            for (var x = 0; x < input.Shape[2]; x++)
                if (Covers(i, height, y, input.Shape[1]) && Covers(j, width, x, input.Shape[2]))
                    values.Add(input[b, y, x, c]);
            output[b, i, j, c] = values.Average();
        }

        return output;
    }

    /// <summary>Whether a pixel has any part in the i-th of equal shares of the image.</summary>
    private static bool Covers(int index, int count, int pixel, int size) =>
        (pixel + 1) * count > index * size && pixel * count < (index + 1) * size;

    private static DoubleTensor Reduce(
        DoubleTensor input,
        Window window,
        bool withPadding,
        Func<List<double>, double> reduce
    )
    {
        var output = new DoubleTensor(
            input.Shape[0],
            window.OutputHeight(input.Shape[1]),
            window.OutputWidth(input.Shape[2]),
            input.Shape[3]
        );
        var values = new List<double>();
        for (var b = 0; b < output.Shape[0]; b++)
        for (var i = 0; i < output.Shape[1]; i++)
        for (var j = 0; j < output.Shape[2]; j++)
        for (var c = 0; c < output.Shape[3]; c++)
        {
            values.Clear();
            for (var p = 0; p < window.Height; p++)
            for (var q = 0; q < window.Width; q++)
            {
                var y = (i * window.StrideHeight) + p - window.Padding.Top;
                var x = (j * window.StrideWidth) + q - window.Padding.Left;
                if (y >= 0 && y < input.Shape[1] && x >= 0 && x < input.Shape[2])
                    values.Add(input[b, y, x, c]);
                else if (withPadding)
                    values.Add(0);
            }

            output[b, i, j, c] = reduce(values);
        }

        return output;
    }
}
