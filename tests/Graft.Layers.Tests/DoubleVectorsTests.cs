using Graft.Layers.Optimizers;
using Graft.Tensors;

namespace Graft.Layers.Tests;

public sealed class DoubleVectorsTests
{
    /// <summary>Lengths below, at and beside those of one and of two vectors of any width.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(1003)]
    public void They_are_the_sums_and_products_of_the_numbers(int length)
    {
        var random = new DeterministicRandom(2);
        double[] left = [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] right = [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextDouble()) - 1)];
        Assert.Equal(left.Zip(right, (l, r) => l * r).Sum(), DoubleVectors.Dot(left, right), 1e-12);
        Assert.Equal(left.Zip(right, (l, r) => l - r), DoubleVectors.Difference(left, right));
        Assert.Equal(left.Select(Math.Abs).DefaultIfEmpty(0).Max(), DoubleVectors.LargestMagnitude(left));
        var sum = (double[])left.Clone();
        DoubleVectors.AddScaled(sum, 0.25, right);
        Assert.Equal(left.Zip(right, (l, r) => l + (0.25 * r)), sum);
        DoubleVectors.Scale(sum, -4);
        Assert.Equal(left.Zip(right, (l, r) => -4 * (l + (0.25 * r))), sum);
    }

    /// <summary>A gradient that is no number must not pass for one that is small enough.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(18)]
    public void What_is_no_number_is_no_small_magnitude(int place)
    {
        var values = new double[19];
        values[place] = double.NaN;
        Assert.True(double.IsNaN(DoubleVectors.LargestMagnitude(values)));
    }
}
