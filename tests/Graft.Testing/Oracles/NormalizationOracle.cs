namespace Graft.Testing.Oracles;

/// <summary>Batch normalisation over the last dimension.</summary>
public static class NormalizationOracle
{
    /// <summary>With given statistics, each <c>[c]</c>.</summary>
    public static DoubleTensor Apply(
        DoubleTensor input,
        DoubleTensor weight,
        DoubleTensor bias,
        DoubleTensor mean,
        DoubleTensor variance,
        double epsilon
    )
    {
        var channels = input.Shape[^1];
        var output = new DoubleTensor(input.Shape);
        for (var i = 0; i < input.Values.Length; i++)
        {
            var c = i % channels;
            output.Values[i] =
                ((input.Values[i] - mean.Values[c]) / Math.Sqrt(variance.Values[c] + epsilon) * weight.Values[c])
                + bias.Values[c];
        }

        return output;
    }

    /// <summary>The mean and the biased variance of each channel.</summary>
    public static (DoubleTensor Mean, DoubleTensor Variance) Statistics(DoubleTensor input)
    {
        var channels = input.Shape[^1];
        var mean = new DoubleTensor(channels);
        var variance = new DoubleTensor(channels);
        for (var c = 0; c < channels; c++)
        {
            var values = input.Values.Where((_, i) => i % channels == c).ToArray();
            mean.Values[c] = values.Average();
            variance.Values[c] = values.Average(value => (value - values.Average()) * (value - values.Average()));
        }

        return (mean, variance);
    }
}
