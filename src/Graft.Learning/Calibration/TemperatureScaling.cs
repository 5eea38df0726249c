using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Learning.Heads;

namespace Graft.Learning.Calibration;

/// <summary>
/// Temperature scaling: logits are divided by one number, so that probabilities are calibrated. It is fitted on images
/// that the head has not learned from. It changes the confidence of a prediction, never the predicted class. C. Guo and
/// others, "On calibration of modern neural networks" (2017).
/// </summary>
public static class TemperatureScaling
{
    /// <summary>A factor of e to this power in either direction is all that is looked at.</summary>
    private const double Range = 5;

    private const int Steps = 60;

    /// <summary>Finds the temperature with the least cross-entropy.</summary>
    /// <remarks>
    /// The loss is convex in the inverse temperature, so its slope is followed to zero by halving. As many images as
    /// there are count as one more, of no class in particular (J. C. Platt, "Probabilistic outputs for support vector
    /// machines", 1999): where all are right, the temperature would otherwise go to zero and every answer be certain.
    /// </remarks>
    /// <param name="logits">For each image the logits of the head.</param>
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

    /// <summary>Builds a temperature into a head, so that whatever runs it gives calibrated probabilities.</summary>
    /// <param name="head">The head, with a dense layer for the logits.</param>
    /// <param name="temperature">The temperature.</param>
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
    /// How the mean loss changes with the inverse temperature: the mean logit that probabilities expect, less the one
    /// that is wanted.
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
