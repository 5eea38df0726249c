using System.Security.Cryptography;
using System.Text;
using Graft.Models.Downloads;
using Graft.Weights;

namespace Graft.Classification;

/// <summary>
/// The record that a classifier's file passed its verification: an empty file in the folder <c>verified</c> in Graft's
/// home, one for each model file, machine, version of Graft and numerics. Immutable, thread-safe.
/// </summary>
internal sealed class VerificationRecord
{
    private const int NameLength = 16;

    private readonly string _path;

    private VerificationRecord(string path) => _path = path;

    /// <summary>Finds the record of a model file.</summary>
    /// <param name="home">The home whose <c>verified</c> folder has the records.</param>
    /// <param name="model">The model file.</param>
    /// <param name="numerics">How the network computes, as <c>IEngine.Numerics</c>.</param>
    /// <exception cref="IOException">The model file is missing or cannot be read.</exception>
    public static VerificationRecord For(GraftHome home, string model, string numerics)
    {
        var computation = Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{GraftVersion.Current}\n{numerics}");
        var suffix = Convert.ToHexStringLower(SHA256.HashData(computation))[..NameLength];
        return new(Path.Combine(home.Folder, "verified", $"{ModelVerification.Digest(model)}-{suffix}"));
    }

    /// <summary>
    /// Throws unless the classifier has passed before or passes now. A file without golden images of this version's
    /// rule passes without a record.
    /// </summary>
    /// <param name="model">The model file, for the error.</param>
    /// <param name="golden">The golden answers in the file; null if it has none.</param>
    /// <param name="predict">Computes the probabilities of the golden images; called only if needed.</param>
    /// <exception cref="WeightsFormatException">The probabilities differ from the golden answers.</exception>
    public void Require(string model, GoldenAnswers? golden, Func<IReadOnlyList<float[]>> predict)
    {
        if (golden is not { Rule: GoldenImages.Rule } || File.Exists(_path))
            return;
        var largest = ModelVerification.LargestDifference(golden, predict());
        if (!(largest <= ModelVerification.Tolerance))
            throw new WeightsFormatException(
                ModelVerification.Operation,
                model,
                $"the stored probabilities of its {golden.Probabilities.Count} golden images within "
                    + $"{ModelVerification.Tolerance:G}",
                $"a difference of {largest:G3}",
                "The file was damaged or altered, or this machine computes incorrectly: copy the file again, try "
                    + "--exact, or see the details with 'graft verify'."
            );
        Write();
    }

    private void Write()
    {
        try
        {
            AtomicFile.WriteText(_path, "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The classifier passed all the same. Without a record, the next load repeats the check.
        }
    }
}
