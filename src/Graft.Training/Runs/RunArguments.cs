using System.Text.Json;
using Graft.Classification;
using Graft.Weights;

namespace Graft.Training.Runs;

/// <summary>
/// <c>arguments.json</c>: what was asked for, with every default filled in, so that a run can be started again from it.
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
    /// <exception cref="RunException">There is none, it is damaged, or another version wrote it.</exception>
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
                $"'{folder.Path}' is no run that can be resumed: it has no arguments.json. Name the folder that "
                    + $"'graft train' made, or train anew.",
                error
            );
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException)
        {
            throw new RunException(
                $"Reading '{folder.Arguments}' failed: the arguments of a run were expected, but {error.Message} "
                    + $"Train anew.",
                error
            );
        }

        if (file?.Request is null)
            throw new RunException($"Reading '{folder.Arguments}' failed: it holds no arguments of a run. Train anew.");
        // Another version may compute other bits, and would not end where the run was going.
        if (file.Graft != GraftVersion.Current)
            throw new RunException(
                $"The run in '{folder.Path}' was begun by Graft {file.Graft}, and this is Graft "
                    + $"{GraftVersion.Current}: it cannot be gone on with exactly. Use that version, or train anew."
            );
        return file.Request;
    }
}

/// <summary>What <c>arguments.json</c> holds.</summary>
/// <param name="Graft">The version.</param>
/// <param name="HeadText">The head as on the command line.</param>
/// <param name="Request">The rest.</param>
internal sealed record ArgumentsFile(string Graft, string HeadText, TrainingRequest Request);
