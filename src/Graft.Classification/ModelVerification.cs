using System.Security.Cryptography;
using Graft.Engines;
using Graft.Weights;

namespace Graft.Classification;

/// <summary>
/// Checks that a classifier's file still reproduces the probabilities of its golden images, which were stored when it
/// was written. This detects damaged files and faulty machines. Thread-safe.
/// </summary>
public static class ModelVerification
{
    /// <summary>The largest difference from a stored probability that passes.</summary>
    public const double Tolerance = 1e-3;

    internal const string Operation = "Verifying the classifier";

    /// <summary>Compares a classifier's probabilities for its golden images with the stored ones.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">What runs the network; Graft's own engine when null.</param>
    /// <param name="threads">The number of threads; one for each processor when 0.</param>
    /// <exception cref="WeightsFormatException">
    /// The file is no classifier, is damaged, or has no golden images that this version can generate.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static VerificationReport Verify(string path, IEngine? engine = null, int threads = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = ClassifierFile.Read(path);
        if (file.Metadata.Golden is not { } golden)
            throw new WeightsFormatException(
                Operation,
                path,
                "golden images",
                "none",
                "An older version of Graft wrote it: train the model again, or use it without verification."
            );
        if (golden.Rule != GoldenImages.Rule)
            throw new WeightsFormatException(
                Operation,
                path,
                $"golden images of rule {GoldenImages.Rule}",
                $"rule {golden.Rule}",
                "A newer version of Graft wrote it: update Graft."
            );
        engine ??= GraftEngine.Default;
        var largest = LargestDifference(golden, GoldenImages.Ask(file.Network, engine, threads));
        return new()
        {
            Model = Path.GetFullPath(path),
            Sha256 = Digest(path),
            Images = golden.Probabilities.Count,
            LargestDifference = largest,
            Tolerance = Tolerance,
            Passed = largest <= Tolerance,
            Numerics = engine.Numerics,
        };
    }

    /// <summary>Finds the largest absolute difference between stored and computed probabilities.</summary>
    /// <param name="golden">The stored answers.</param>
    /// <param name="actual">The probabilities computed now, for each image.</param>
    /// <returns>The difference; infinite if a probability is NaN or the numbers of images differ.</returns>
    internal static double LargestDifference(GoldenAnswers golden, IReadOnlyList<float[]> actual)
    {
        if (golden.Probabilities.Count != actual.Count)
            return double.PositiveInfinity;
        var largest = 0.0;
        foreach (var (expected, computed) in golden.Probabilities.Zip(actual))
        {
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = Math.Abs((double)expected[i] - computed[i]);
                // NaN counts as an infinite difference.
                largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
            }
        }

        return largest;
    }

    /// <summary>Computes the SHA-256 of a file, in lower-case hexadecimal.</summary>
    internal static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
