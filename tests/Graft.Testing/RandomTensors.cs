using Graft.Tensors;

namespace Graft.Testing;

/// <summary>Tensors of reproducible random numbers. The caller owns them.</summary>
public static class RandomTensors
{
    /// <summary>Uniform from -1 to 1.</summary>
    public static Tensor Uniform(Shape shape, DeterministicRandom random)
    {
        var tensor = Tensor.Uninitialized(shape);
        FillUniform(tensor.Span, random);
        return tensor;
    }

    /// <summary>
    /// From -1 to 1 in random order, all different, none nearer than half a step to zero or to each other: rectifiers
    /// and maxima have no kink within the steps of a numeric derivative.
    /// </summary>
    public static Tensor Distinct(Shape shape, DeterministicRandom random)
    {
        var tensor = Tensor.Uninitialized(shape);
        var values = tensor.Span;
        // An even number of places, so that the middle, zero, falls between two of them.
        var places = values.Length + (values.Length % 2);
        for (var i = 0; i < values.Length; i++)
            values[i] = (((i + 0.5f) / places) * 2) - 1;
        random.Shuffle(values);
        return tensor;
    }

    /// <summary>Overwrites values with numbers uniform from -1 to 1.</summary>
    public static void FillUniform(Span<float> values, DeterministicRandom random)
    {
        foreach (ref var value in values)
            value = (2 * random.NextSingle()) - 1;
    }
}
