namespace Graft.Layers.Losses;

/// <summary>Computes the weight of each class in a loss.</summary>
public static class ClassWeights
{
    /// <summary>
    /// Computes weights that balance the classes, like scikit-learn's <c>balanced</c>: <c>n / (classes * n of the
    /// class)</c>.
    /// </summary>
    /// <param name="labels">The class of each training example, from 0.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">A class has no example, or a label is out of range.</exception>
    public static IReadOnlyList<double> Balanced(IReadOnlyList<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var counts = new int[classes];
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
                throw new ArgumentException(
                    $"Balancing classes: label {label} is not one of {classes} classes.",
                    nameof(labels)
                );
            counts[label]++;
        }

        if (Array.IndexOf(counts, 0) is >= 0 and var empty)
            throw new ArgumentException(
                $"Balancing classes: class {empty} of {classes} has no example, so no weight could balance it. Add "
                    + $"examples or remove the class.",
                nameof(labels)
            );
        return Array.ConvertAll(counts, count => labels.Count / ((double)classes * count));
    }
}
