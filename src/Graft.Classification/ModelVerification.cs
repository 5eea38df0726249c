using System.Security.Cryptography;
using System.Text;
using Graft.Layers.Inference;
using Graft.Models.Downloads;
using Graft.Weights;

namespace Graft.Classification;

/// <summary>
/// Checks that a classifier reproduces its stored outputs for its golden images. This detects a damaged file, or a
/// machine that computes incorrectly, before any image is classified. Thread-safe.
/// </summary>
public static class ModelVerification
{
    /// <summary>The largest difference allowed between probabilities.</summary>
    public const double Tolerance = 1e-3;

    private const string Operation = "Verifying the classifier";

    /// <summary>Computes a classifier's outputs for its golden images and compares them with the stored ones.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Options for compiling the network; null uses the defaults.</param>
    /// <param name="threads">The number of threads; 0 uses one per processor.</param>
    /// <exception cref="WeightsFormatException">
    /// The file is no classifier, is damaged, or has no golden images that this version knows.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static VerificationReport Verify(string path, PlanOptions? options = null, int threads = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = ClassifierFile.Read(path);
        if (file.Metadata.Golden is not { } golden)
            throw new WeightsFormatException(
                Operation,
                path,
                "golden images",
                "none",
                "An older version of Graft wrote it: train the model again, or do without verification."
            );
        if (golden.Rule != GoldenImages.Rule)
            throw new WeightsFormatException(
                Operation,
                path,
                $"golden images of rule {GoldenImages.Rule}",
                $"rule {golden.Rule}",
                "A newer version of Graft wrote it: update Graft."
            );
        return Compare(path, Digest(path), file, golden, options ?? new(), threads);
    }

    /// <summary>
    /// Requires that a classifier passes <see cref="Verify"/>. The check runs once for each file, machine and numerics:
    /// success is recorded in the folder <c>verified</c> of Graft's home. Files without golden images pass.
    /// </summary>
    /// <param name="home">The home that records the success. If it is not writable, the check runs every time.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Options for compiling the network; null uses the defaults.</param>
    /// <param name="threads">The number of threads; 0 uses one per processor.</param>
    /// <exception cref="WeightsFormatException">The file is no classifier, or does not pass.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Require(GraftHome home, string path, PlanOptions? options = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        var digest = Digest(path);
        var mark = Path.Combine(home.Folder, "verified", $"{digest}-{Machine(options)}");
        if (File.Exists(mark))
            return;
        using (var file = ClassifierFile.Read(path))
        {
            if (file.Metadata.Golden is not { Rule: GoldenImages.Rule } golden)
                return;
            var report = Compare(path, digest, file, golden, options, threads);
            if (!report.Passed)
            {
                throw new WeightsFormatException(
                    Operation,
                    path,
                    $"the stored probabilities, within {Tolerance:G}, for its {report.Images} golden images",
                    $"a difference of {report.LargestDifference:G3}",
                    "The file was damaged or changed, or this machine computes incorrectly: copy the file again, "
                        + "try --exact, and run 'graft verify'."
                );
            }
        }

        Remember(mark);
    }

    private static VerificationReport Compare(
        string path,
        string digest,
        ClassifierFile file,
        GoldenAnswers golden,
        PlanOptions options,
        int threads
    )
    {
        var largest = 0.0;
        foreach (var (expected, actual) in golden.Probabilities.Zip(GoldenImages.Ask(file.Network, options, threads)))
        {
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = Math.Abs((double)expected[i] - actual[i]);
                // A NaN never matches.
                largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
            }
        }

        return new()
        {
            Model = Path.GetFullPath(path),
            Sha256 = digest,
            Images = golden.Probabilities.Count,
            LargestDifference = largest,
            Tolerance = Tolerance,
            Passed = largest <= Tolerance,
            Numerics = options.Numerics,
        };
    }

    private static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Identifies the machine and the numerics, in a form short enough for a file name.</summary>
    private static string Machine(PlanOptions options) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{GraftVersion.Current}\n{options.Numerics}")
            )
        )[..16];

    private static void Remember(string mark)
    {
        try
        {
            AtomicFile.WriteText(mark, "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The classifier passed; without the record the check only runs again next time.
        }
    }
}
