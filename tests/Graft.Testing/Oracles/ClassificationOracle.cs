namespace Graft.Testing.Oracles;

/// <summary>Softmax and cross-entropy of rows of logits.</summary>
public static class ClassificationOracle
{
    /// <summary>Probabilities of each row.</summary>
    public static DoubleTensor Softmax(DoubleTensor logits)
    {
        var output = new DoubleTensor(logits.Shape);
        for (var row = 0; row < logits.Shape[0]; row++)
        for (var c = 0; c < logits.Shape[1]; c++)
        {
            // 1 / sum of exp(x[j] - x[c]): no step of it loses a digit, whatever the logits.
            var sum = 0.0;
            for (var other = 0; other < logits.Shape[1]; other++)
                sum += Math.Exp(logits[row, other] - logits[row, c]);
            output[row, c] = 1 / sum;
        }

        return output;
    }

    /// <summary>The mean of the negative logarithms of the labels' probabilities, for moderate logits.</summary>
    public static double CrossEntropy(DoubleTensor logits, IReadOnlyList<int> labels)
    {
        var probabilities = Softmax(logits);
        return Enumerable.Range(0, labels.Count).Average(row => -Math.Log(probabilities[row, labels[row]]));
    }
}
