using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;

namespace Graft.Cli.Commands;

/// <summary><c>graft data</c>: commands for datasets.</summary>
internal static class DataCommand
{
    /// <summary>Creates the command with its subcommands.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var command = new VerbCommand("data", "Check, split and preview a dataset before training.")
        {
            Examples =
            [
                new(
                    "graft data check photos --report check.html",
                    "find unreadable, duplicate, leaking and mislabelled images"
                ),
                new(
                    "graft data split photos --ratios 50/25/25 --output split.csv",
                    "training, validation and test splits; near-duplicates stay together"
                ),
                new("graft data preview photos", "an overview of augmented images"),
            ],
        };
        command.Add(DataCheckCommand.Create(environment));
        command.Add(DataSplitCommand.Create(environment));
        command.Add(DataPreviewCommand.Create(environment));
        return command;
    }
}
