using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Safetensors;

namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>
/// The numbered checkpoints of a training. Each is a pair of files: one with tensors (safetensors) and one with
/// everything else (JSON). The second is written when the first is on the disk, and contains the first one's length and
/// digest, so that an incomplete pair is recognised. The newest two checkpoints are kept.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class CheckpointFolder(string path)
{
    private const string Prefix = "checkpoint-";
    private const string StateExtension = ".json";
    private const string TensorExtension = ".safetensors";

    /// <summary>Reads the newest complete checkpoint.</summary>
    /// <param name="notices">Receives messages about damaged checkpoints.</param>
    /// <returns>The checkpoint, which the caller disposes; null if there is none.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public Checkpoint? ReadNewest(IProgress<string>? notices)
    {
        foreach (var number in Numbers().OrderDescending())
        {
            try
            {
                return Read(number);
            }
            catch (Exception error)
                when (error
                        is IOException
                            or UnauthorizedAccessException
                            or JsonException
                            or WeightsFormatException
                            or InvalidDataException
                )
            {
                notices?.Report(
                    $"The checkpoint '{PathOf(number, StateExtension)}' is damaged and ignored: {error.Message} "
                        + $"The previous checkpoint is used, if there is one."
                );
            }
        }

        return null;
    }

    /// <summary>Writes a checkpoint, and deletes all others except the one to keep.</summary>
    /// <param name="before">The number of the previous checkpoint to keep; none when null.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="describe">Creates the state from the tensor file's name, length and digest.</param>
    /// <returns>The number of the new checkpoint.</returns>
    /// <exception cref="IOException">
    /// The checkpoint cannot be written; the message names the folder and the remedy. Earlier checkpoints are
    /// unchanged.
    /// </exception>
    public int Write(
        int? before,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        Func<string, long, string, CheckpointState> describe
    )
    {
        var number = Numbers().Append(before ?? 0).Max() + 1;
        var tensorPath = PathOf(number, TensorExtension);
        SafetensorsWriter.Write(tensorPath, tensors.Select(pair => (pair.Key, pair.Value)));
        var state = describe(
            System.IO.Path.GetFileName(tensorPath),
            new FileInfo(tensorPath).Length,
            DigestOfFile(tensorPath)
        );
        var text = JsonSerializer.Serialize(state with { Digest = "" }, CheckpointJson.Default.CheckpointState) + "\n";
        AtomicFile.WriteText(
            PathOf(number, StateExtension),
            JsonSerializer.Serialize(state with { Digest = DigestOf(text) }, CheckpointJson.Default.CheckpointState)
                + "\n"
        );
        RemoveAllBut(number, before);
        return number;
    }

    private Checkpoint Read(int number)
    {
        var text = File.ReadAllText(PathOf(number, StateExtension));
        var state = JsonSerializer.Deserialize(text, CheckpointJson.Default.CheckpointState)
            ?? throw new InvalidDataException("The file contains no state.");
        if (state.Format != CheckpointState.CurrentFormat)
            throw new InvalidDataException(
                $"The file has format {state.Format}; {CheckpointState.CurrentFormat} was expected."
            );
        if (
            state.Digest.Length == 0
            || DigestOf(text.Replace(state.Digest, "", StringComparison.Ordinal)) != state.Digest
        )
            throw new InvalidDataException("The file's content does not match the digest in it.");
        var tensorPath = System.IO.Path.Combine(path, System.IO.Path.GetFileName(state.TensorFile));
        var length = new FileInfo(tensorPath) is { Exists: true } file
            ? file.Length
            : throw new InvalidDataException($"'{tensorPath}' is missing.");
        if (length != state.TensorBytes || DigestOfFile(tensorPath) != state.TensorDigest)
            throw new InvalidDataException(
                $"'{tensorPath}' does not have the recorded content: {state.TensorBytes:N0} bytes with SHA-256 "
                    + $"{state.TensorDigest} were expected, {length:N0} bytes were found."
            );
        return new Checkpoint(number, state, SafetensorsFile.Open(tensorPath));
    }

    private void RemoveAllBut(int newest, int? before)
    {
        foreach (var file in Directory.EnumerateFiles(path, Prefix + "*"))
        {
            if (NumberOf(file) is not { } number || number == newest || number == before)
                continue;
            try
            {
                File.Delete(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The new checkpoint is written; an old one that cannot be deleted only takes up space.
            }
        }
    }

    private IEnumerable<int> Numbers() =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path, $"{Prefix}*{StateExtension}").Select(NumberOf).OfType<int>()
            : [];

    private static int? NumberOf(string file) =>
        int.TryParse(
            System.IO.Path.GetFileNameWithoutExtension(file).AsSpan(Prefix.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    private string PathOf(int number, string extension) =>
        System.IO.Path.Combine(
            path,
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:000000}{extension}")
        );

    private static string DigestOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string DigestOfFile(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
