using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>
/// The SHA-256 that a published file had when it was first fetched here, for files whose whole digest nobody told
/// before. It outlives the weights, so that what is fetched again later is the same. One line as <c>sha256sum</c>
/// writes it.
/// </summary>
/// <param name="path">The file that remembers it.</param>
internal sealed class WeightsPin(string path)
{
    private const int DigestDigits = 64;

    /// <summary>The file that remembers it.</summary>
    public string Path => path;

    /// <summary>The remembered digest of a place, in hexadecimal digits; null when there is none.</summary>
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

    /// <summary>Remembers a digest.</summary>
    public void Write(string place, string digest) => AtomicFile.WriteText(path, $"{digest}  {place}\n");
}
