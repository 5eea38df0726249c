using System.CommandLine;
using System.Globalization;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;
using Graft.Features.Storage;
using Graft.Models.Downloads;

namespace Graft.Cli.Commands;

/// <summary><c>graft features status</c> and <c>graft features prune</c>.</summary>
internal static class FeatureStoreCommands
{
    /// <summary>Creates <c>graft features status</c>.</summary>
    public static Command Status(Terminal terminal)
    {
        var json = CommonOptions.Json();
        var command = new VerbCommand("status", "Show the stored features and their size.")
        {
            Examples = [new("graft features status", "one line per network, image size and precision")],
        };
        command.Add(json);
        command.SetAction(parsed =>
        {
            var path = GraftHome.Locate().Features;
            var status = Read(terminal, path);
            if (parsed.GetValue(json))
                JsonOutput.Print(terminal, status, types => types.FeatureStoreStatus);
            else
                FeatureRendering.Print(terminal, status);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Creates <c>graft features prune</c>.</summary>
    public static Command Prune(Terminal terminal)
    {
        var unused = OptionKinds.Parsed<TimeSpan?>(
            "--unused-for",
            "TIME",
            "Remove features not used for this long, for example 30d, 2w or 12h.",
            text => Quantities.Duration(text)
        );
        var keep = OptionKinds.Parsed<long?>(
            "--keep",
            "SIZE",
            "Remove the least recently used features until at most this much is left, for example 2GB.",
            text => Quantities.Size(text)
        );
        var space = OptionKinds.Parsed<long?>(
            "--id",
            "ID",
            "Remove the features with this id in 'graft features status'.",
            Id
        );
        var all = new Option<bool>("--all") { Description = "Remove all features." };
        var json = CommonOptions.Json();
        var command = new VerbCommand("prune", "Remove stored features; they are computed again when needed.")
        {
            Examples =
            [
                new("graft features prune --unused-for 30d", "features not used for a month"),
                new("graft features prune --keep 2GB", "the least recently used, until 2 GB are left"),
                new("graft features prune --all", "everything"),
            ],
        };
        foreach (var option in new Option[] { unused, keep, space, all, json })
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(unused) is null
                && result.GetResult(keep) is null
                && result.GetResult(space) is null
                && !result.GetValue(all)
            )
                result.AddError(
                    "'graft features prune' needs to be told what to remove: --unused-for TIME, --keep SIZE, "
                        + "--id ID or --all."
                );
        });
        command.SetAction(parsed =>
        {
            var options = parsed.GetValue(all)
                ? new PruneOptions { UnusedFor = TimeSpan.Zero, KeepBytes = 0 }
                : new PruneOptions
                {
                    UnusedFor = parsed.GetValue(unused),
                    KeepBytes = parsed.GetValue(keep),
                    SpaceId = parsed.GetValue(space),
                };
            var path = GraftHome.Locate().Features;
            var (result, left) = Remove(terminal, path, options);
            if (parsed.GetValue(json))
                JsonOutput.Print(
                    terminal,
                    new FeaturePruning(result.Spaces, result.Features, result.FreedBytes, left),
                    types => types.FeaturePruning
                );
            else
                terminal.Output.WriteLine(
                    $"{Format.Count(result.Features, "feature")} removed, {Format.Bytes(result.FreedBytes)} freed; "
                        + $"the store takes {Format.Bytes(left)}."
                );
            return ExitCode.Done;
        });
        return command;
    }

    private static FeatureStoreStatus Read(Terminal terminal, string path)
    {
        // Showing the status must not create a store.
        if (!File.Exists(path))
            return new(path, 0, []);
        using var store = Open(terminal, path);
        return new(path, store.SizeBytes, [.. store.Describe().Select(FeatureSpaceStatus.From)]);
    }

    private static (PruneResult Result, long Left) Remove(Terminal terminal, string path, PruneOptions options)
    {
        if (!File.Exists(path))
            return (new(0, 0, 0), 0);
        using var store = Open(terminal, path);
        return (store.Prune(options), store.SizeBytes);
    }

    private static FeatureStore Open(Terminal terminal, string path) =>
        FeatureStore.Open(path, new() { Notice = new Warnings(terminal) });

    private static long? Id(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new FormatException($"'{text}' is not an id; 'graft features status' shows the ids.");

    private sealed class Warnings(Terminal terminal) : IProgress<string>
    {
        public void Report(string value) => terminal.Warn(value);
    }
}
