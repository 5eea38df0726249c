using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Learning.Heads;

namespace Graft.Learning.Calibration;

/// <summary>
/// Temperature scaling: the logits are divided by one number, so that probabilities are calibrated. The number is
/// fitted on images that the head was not trained on. It changes the confidence of a prediction, never the predicted
/// class. C. Guo et al., "On calibration of modern neural networks" (2017).
/// </summary>
public static class TemperatureScaling
{
    /// <summary>The largest exponent: the search covers temperatures from <c>e^-Range</c> to <c>e^Range</c>.</summary>
    private const double Range = 5;

    private const int Steps = 60;

    /// <summary>Finds the temperature with the smallest cross-entropy.</summary>
    /// <remarks>
    /// The loss is convex in the inverse temperature, so bisection finds the zero of its slope. The labels of n images
    /// are smoothed by 1 / (n + 1) (J. C. Platt, "Probabilistic outputs for support vector machines", 1999). Otherwise,
    /// if all predictions are right, the temperature would go to zero and every prediction would be certain.
    /// </remarks>
    /// <param name="logits">The head's logits for each image.</param>
    /// <param name="labels">The class of each image.</param>
    /// <returns>The temperature, above 0.</returns>
    public static double Fit(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentOutOfRangeException.ThrowIfZero(logits.Count, nameof(logits));
        var (low, high) = (-Range, Range);
        for (var step = 0; step < Steps; step++)
        {
            var middle = (low + high) / 2;
            if (Slope(logits, labels, Math.Exp(middle)) < 0)
                low = middle;
            else
                high = middle;
        }

        return Math.Exp(-(low + high) / 2);
    }

    /// <summary>Divides the weights of a head's last dense layer by a temperature, in place.</summary>
    /// <param name="head">The head; its node <see cref="HeadNetworks.LogitsNode"/> is a dense layer.</param>
    /// <param name="temperature">The temperature.</param>
    // Whatever runs the head then outputs calibrated probabilities.
    public static void Apply(Network head, double temperature)
    {
        var dense = (Dense)head[HeadNetworks.LogitsNode].Layer;
        foreach (var parameter in (Layers.Parameter[])[dense.Weight, dense.Bias])
        {
            foreach (ref var value in parameter.Value.Span)
                value = (float)(value / temperature);
        }
    }

    /// <summary>
    /// The slope of the summed loss over the inverse temperature: the expected logit less the logit of the smoothed
    /// target, for all images.
    /// </summary>
    private static double Slope(IReadOnlyList<float[]> logits, IReadOnlyList<int> labels, double inverse)
    {
        var spread = 1.0 / (logits.Count + 1);
        var slope = 0.0;
        for (var i = 0; i < logits.Count; i++)
        {
            var row = logits[i];
            double largest = row.Max();
            var (sum, expected, mean) = (0.0, 0.0, 0.0);
            foreach (var logit in row)
            {
                var weight = Math.Exp(inverse * (logit - largest));
                sum += weight;
                expected += weight * logit;
                mean += (double)logit / row.Length;
            }

            slope += (expected / sum) - ((1 - spread) * row[labels[i]]) - (spread * mean);
        }

        return slope;
    }
}
