using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>
/// The SHA-256 that a published file had at its first download on this machine, for files whose whole digest was not
/// known in advance. It is kept when the weights are removed, so that a later download can be compared. The file has
/// one line in the format of <c>sha256sum</c>.
/// </summary>
/// <param name="path">The file that holds the digest.</param>
internal sealed class WeightsPin(string path)
{
    private const int DigestDigits = 64;

    /// <summary>The file that holds the digest.</summary>
    public string Path => path;

    /// <summary>Reads the recorded digest of an address, in hexadecimal digits; null if there is none.</summary>
    public string? Read(string place)
    {
        if (!File.Exists(path))
            return null;
        var words = File.ReadAllText(path).Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return
            words is [{ Length: DigestDigits } digest, var of] && of == place && digest.All(char.IsAsciiHexDigitLower)
            ? digest
            : null;
    }

    /// <summary>Records the digest of an address.</summary>
    public void Write(string place, string digest) => AtomicFile.WriteText(path, $"{digest}  {place}\n");
}
