using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;

namespace Graft.Cli.Commands;

/// <summary><c>graft data</c>: looking at folders of images.</summary>
internal static class DataCommand
{
    /// <summary>Makes the command with its own commands.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var command = new VerbCommand(
            "data",
            "Check and divide images before they are learned from, and look at them as training sees them."
        )
        {
            Examples =
            [
                new("graft data check photos --report check.html", "what is broken, doubled, leaking or mislabelled"),
                new(
                    "graft data split photos --ratios 50/25/25 --output split.csv",
                    "training, validation and test, near-duplicates kept together"
                ),
                new("graft data preview photos", "a picture of augmented images"),
            ],
        };
        command.Add(DataCheckCommand.Create(environment));
        command.Add(DataSplitCommand.Create(environment));
        command.Add(DataPreviewCommand.Create(environment));
        return command;
    }
}
