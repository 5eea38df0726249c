using Graft.Classification.Confidence;
using Graft.Tensors;

namespace Graft.Training.Reporting;

/// <summary>
/// Places images in a plane so that images with similar features lie close together. The axes are the first two
/// principal components of the projected features: K. Pearson, "On lines and planes of closest fit to systems of points
/// in space" (1901). Differences in other directions are not visible.
/// </summary>
internal static class FeatureMap
{
    private const int Dimensions = 2;

    private const int Iterations = 60;

    /// <summary>Computes the positions of images.</summary>
    /// <param name="projections">The random projections of their features.</param>
    /// <returns>The position of each image, and the share of the variance that they show, 0 to 1.</returns>
    public static ((double X, double Y)[] Places, double Shown) Compute(sbyte[][] projections)
    {
        var (centred, covariance) = Centre(projections);
        var random = new DeterministicRandom(1);
        var directions = new double[Dimensions][];
        var variances = new double[Dimensions];
        for (var d = 0; d < Dimensions; d++)
        {
            var direction = Enumerable.Range(0, RandomProjection.Length).Select(_ => random.NextGaussian()).ToArray();
            // Power iteration; the components along earlier directions are removed in every iteration.
            for (var iteration = 0; iteration < Iterations; iteration++)
            {
                direction = Array.ConvertAll(covariance, row => Dot(row, direction));
                foreach (var earlier in directions[..d])
                {
                    var along = Dot(earlier, direction);
                    for (var i = 0; i < direction.Length; i++)
                        direction[i] -= along * earlier[i];
                }

                variances[d] = Math.Sqrt(Dot(direction, direction));
                var length = variances[d] > 0 ? variances[d] : 1;
                direction = Array.ConvertAll(direction, value => value / length);
            }

            directions[d] = direction;
        }

        var total = Enumerable.Range(0, RandomProjection.Length).Sum(i => covariance[i][i]);
        return (
            Array.ConvertAll(centred, row => (Dot(row, directions[0]), Dot(row, directions[1]))),
            total > 0 ? variances.Sum() / total : 0
        );
    }

    private static (double[][] Centred, double[][] Covariance) Centre(sbyte[][] projections)
    {
        var mean = new double[RandomProjection.Length];
        foreach (var projection in projections)
        {
            for (var i = 0; i < mean.Length; i++)
                mean[i] += (double)projection[i] / projections.Length;
        }

        var centred = Array.ConvertAll(projections, row => row.Select((value, i) => value - mean[i]).ToArray());
        var covariance = Enumerable
            .Range(0, RandomProjection.Length)
            .Select(_ => new double[RandomProjection.Length])
            .ToArray();
        foreach (var row in centred)
        {
            for (var i = 0; i < row.Length; i++)
            {
                for (var j = 0; j < row.Length; j++)
                    covariance[i][j] += row[i] * row[j] / projections.Length;
            }
        }

        return (centred, covariance);
    }

    private static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
