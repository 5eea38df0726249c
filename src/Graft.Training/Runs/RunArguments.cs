using System.Text.Json;
using Graft.Classification;
using Graft.Weights;

namespace Graft.Training.Runs;

/// <summary>
/// Reads and writes <c>arguments.json</c>: the training request with all defaults filled in. A run is resumed from it.
/// </summary>
internal static class RunArguments
{
    public static void Write(RunFolder folder, TrainingRequest request) =>
        AtomicFile.WriteText(
            folder.Arguments,
            JsonSerializer.Serialize(
                new ArgumentsFile(GraftVersion.Current, request.Head!.ToString(), request),
                RunFiles.Json.ArgumentsFile
            ) + "\n"
        );

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="RunException">The file is missing or damaged, or another version wrote it.</exception>
    public static TrainingRequest Read(RunFolder folder)
    {
        ArgumentsFile? file;
        try
        {
            using var stream = File.OpenRead(folder.Arguments);
            file = JsonSerializer.Deserialize(stream, RunFiles.Json.ArgumentsFile);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RunException(
                $"'{folder.Path}' is not a run that can be resumed: it has no arguments.json. Name the folder that "
                    + $"'graft train' made, or start a new run.",
                error
            );
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException)
        {
            throw new RunException(
                $"Reading '{folder.Arguments}' failed: the arguments of a run were expected, but {error.Message} "
                    + $"Start a new run.",
                error
            );
        }

        if (file?.Request is null)
            throw new RunException(
                $"Reading '{folder.Arguments}' failed: it holds no arguments of a run. Start a new run."
            );
        // Another version may compute different bits, so the result would not be that of an uninterrupted run.
        if (file.Graft != GraftVersion.Current)
            throw new RunException(
                $"The run in '{folder.Path}' was begun by Graft {file.Graft}, and this is Graft "
                    + $"{GraftVersion.Current}: it cannot be resumed exactly. Use that version, or start a new run."
            );
        return file.Request;
    }
}

/// <summary>The content of <c>arguments.json</c>.</summary>
/// <param name="Graft">The version of Graft that wrote it.</param>
/// <param name="HeadText">The head, in the syntax of <c>--head</c>.</param>
/// <param name="Request">The other settings.</param>
internal sealed record ArgumentsFile(string Graft, string HeadText, TrainingRequest Request);
