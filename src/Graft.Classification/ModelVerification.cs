using System.Security.Cryptography;
using System.Text;
using Graft.Layers.Inference;
using Graft.Models.Downloads;
using Graft.Weights;

namespace Graft.Classification;

/// <summary>
/// Checks that a classifier's file still says of its golden images what it said when it was written: a damaged file, or
/// a machine that computes wrongly, is found before it classifies anything. Thread-safe.
/// </summary>
public static class ModelVerification
{
    /// <summary>How much a probability may differ.</summary>
    public const double Tolerance = 1e-3;

    private const string Operation = "Verifying the classifier";

    /// <summary>Asks a classifier anew about its golden images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How the network is compiled; the defaults when null.</param>
    /// <param name="threads">How many threads it runs on; one for each processor when 0.</param>
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
                "An older version of Graft wrote it: train the model again, or go on without."
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
    /// Demands that a classifier passes <see cref="Verify"/>, once for each file, machine and way of computing: that it
    /// passed is remembered in <c>verified</c> in Graft's home. Files without golden images are let pass.
    /// </summary>
    /// <param name="home">Where it is remembered; where that cannot be written, the check is made each time.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How the network is compiled; the defaults when null.</param>
    /// <param name="threads">How many threads it runs on; one for each processor when 0.</param>
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
                    $"the probabilities that were written with it, give or take {Tolerance:G}, for its "
                        + $"{report.Images} golden images",
                    $"a difference of {report.LargestDifference:G3}",
                    "The file was damaged or altered, or this machine computes wrongly: copy the file anew, try "
                        + "--exact, and look with 'graft verify'."
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
                // What is not a number differs from everything.
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

    /// <summary>What tells machines and ways of computing apart, short enough for a file's name.</summary>
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
            // The classifier is right; it costs a second to see that again next time.
        }
    }
}
