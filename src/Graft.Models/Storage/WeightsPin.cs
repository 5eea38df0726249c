using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>
/// The SHA-256 that a published file had when it was first fetched here, for files whose whole digest was not known
/// before. It is kept when the weights are removed, so that a later download can be compared. One line in the format of
/// <c>sha256sum</c>.
/// </summary>
/// <param name="path">The file that holds the digest.</param>
internal sealed class WeightsPin(string path)
{
    private const int DigestDigits = 64;

    /// <summary>The file that holds the digest.</summary>
    public string Path => path;

    /// <summary>The recorded digest of a location, in hexadecimal digits; null when there is none.</summary>
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

    /// <summary>Records a digest.</summary>
    public void Write(string place, string digest) => AtomicFile.WriteText(path, $"{digest}  {place}\n");
}
