using System.Text.Json;
using Graft.Classification;
using Graft.Engines;
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
                new ArgumentsFile(GraftVersion.Current, request.Head!.ToString(), request.Engine.Name, request),
                RunFiles.Json.ArgumentsFile
            ) + "\n"
        );

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="engines">The engines, of which the run's own is created.</param>
    /// <exception cref="RunException">The file is missing or damaged, or another version wrote it.</exception>
    /// <exception cref="EngineException">The run's engine cannot be had on this machine.</exception>
    public static TrainingRequest Read(RunFolder folder, EngineSet engines)
    {
        ArgumentsFile? file;
        IEngine? engine;
        try
        {
            using var stream = File.OpenRead(folder.Arguments);
            using var document = JsonDocument.Parse(stream);
            file = document.Deserialize(RunFiles.Json.ArgumentsFile);
            engine = file?.Request is null ? null : engines.Create(file.Engine ?? EarlierEngine(document.RootElement));
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

        if (file?.Request is null || engine is null)
            throw new RunException(
                $"Reading '{folder.Arguments}' failed: it holds no arguments of a run. Start a new run."
            );
        // Another version may compute different bits, so the result would not be that of an uninterrupted run.
        if (file.Graft != GraftVersion.Current)
            throw new RunException(
                $"The run in '{folder.Path}' was begun by Graft {file.Graft}, and this is Graft "
                    + $"{GraftVersion.Current}: it cannot be resumed exactly. Use that version, or start a new run."
            );
        return file.Request with { Engine = engine };
    }

    /// <summary>The engine of a run from before there were several: Graft's own.</summary>
    private static string EarlierEngine(JsonElement file) =>
        file.GetProperty("request").TryGetProperty("exact", out var exact) && exact.ValueKind == JsonValueKind.True
            ? GraftEngine.Exact.Name
            : GraftEngine.Default.Name;
}

/// <summary>The content of <c>arguments.json</c>.</summary>
/// <param name="Graft">The version of Graft that wrote it.</param>
/// <param name="HeadText">The head, in the syntax of <c>--head</c>.</param>
/// <param name="Engine">The name of the engine; null in files from before there were several.</param>
/// <param name="Request">The other settings.</param>
internal sealed record ArgumentsFile(string Graft, string HeadText, string? Engine, TrainingRequest Request);
